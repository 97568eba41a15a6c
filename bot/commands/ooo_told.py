"""How absences are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.commands.ooo_person import Whose
from bot.commands.splits import PLACES
from bot.commands.verb import Asked
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Style, Table
from bot.replies.telling import Telling
from core.directory.people import PersonLine
from core.ledger.accounts import owner_of
from core.ooo.correct_absence import Corrected
from core.ooo.ending import BackAtWork
from core.ooo.extend_absence import Extended
from core.ooo.naming import Purse
from core.ooo.plans import Phase, Plan
from core.ooo.preview_absence import AbsencePreview
from core.ooo.set_out_of_office import IsOutOfOffice
from core.ooo.show_absences import AbsenceLine, Absences

_MOST_BUTTONS: Final = 3


def preview_told(
    preview: AbsencePreview, asked: Asked, *, delegate: PersonLine | None, whose: Whose, actions: tuple[Action, ...]
) -> Reply:
    """What will happen, and whether it should."""
    telling = asked.telling
    first = telling.day(preview.starts_at.astimezone(telling.zone).date())
    back = telling.day(preview.ends_at.astimezone(telling.zone).date())
    lines = list(_impact(preview, asked, whose=whose))
    if len(preview.plan) > 1:
        lines.append(plan_told(preview.plan))
    if preview.joins:
        lines.append("It becomes one with the absence that it overlaps.")
    if delegate is not None:
        lines.append(f"@{delegate.handle} decides for {whose.object} meanwhile.")
    title = f"{f'@{whose.handle} out' if whose.handle else 'Out'} of office from {first}, back on {back}?"
    facts = tuple(Fact(f"To {purse_told(part.to)}", telling.amount(part.amount)) for part in preview.to)
    return Reply(
        title=title,
        lines=tuple(lines),
        facts=facts if preview.first_share_at else (),
        actions=actions,
        code="confirm",
        kind=ReplyKind.ABSENCE,
    )


def _their(whose: Whose) -> str:
    return f"@{whose.handle}'s" if whose.handle else "your"


def _impact(preview: AbsencePreview, asked: Asked, *, whose: Whose) -> Iterator[str]:
    telling = asked.telling
    if preview.first_share_at is None:
        yield f"None of {_their(whose)} credits will move."
        return
    since, back = (telling.day(at.astimezone(telling.zone).date()) for at in (preview.first_share_at, preview.ends_at))
    yield f"{telling.amount(preview.total)} will help others, a share a day from {since} on."
    yield f"What is left of it comes back on {back}."


def set_told(receipt: IsOutOfOffice, asked: Asked, *, whose: Whose) -> Reply:
    """It is set."""
    telling = asked.telling
    first = telling.day(receipt.starts_at.astimezone(telling.zone).date())
    back = telling.day(receipt.ends_at.astimezone(telling.zone).date())
    cancel = Action(
        label="Cancel the absence",
        says=f"ooo cancel {receipt.user_id} {receipt.absence_id}",
        command_id=asked.speaker.mint("cancel absence"),
        style=Style.DANGER,
    )
    return Reply(
        title=f"{_sentence(whose.subject)} out of office from {first}, back on {back}.",
        lines=(_earlier(whose),),
        actions=(cancel,),
        kind=ReplyKind.ABSENCE,
    )


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _earlier(whose: Whose) -> str:
    if whose.handle:
        return f"Say “ooo back @{whose.handle}” when they are back earlier."
    return "Say “ooo back” when you are back earlier."


def returned_told(title: str, back: BackAtWork, *, asked: Asked, whose: Whose) -> Reply:
    """What came back."""
    telling = asked.telling
    lines = [
        f"{telling.amount(back.returned)} came back to {whose.object}."
        if back.returned
        else "Nothing had to come back."
    ]
    if back.grace:
        lines.append(f"{telling.amount(back.grace)} from the budget replace a part of what others used.")
    if back.left:
        lines.append(f"{telling.amount(back.left)} were used by others.")
    return Reply(title=title, lines=tuple(lines), kind=ReplyKind.ABSENCE)


def corrected_told(corrected: Corrected, asked: Asked, *, whose: Whose) -> Reply:
    """The days as they are now, and what came back."""
    telling = asked.telling
    first, back = (telling.day(at.astimezone(telling.zone).date()) for at in (corrected.starts_at, corrected.ends_at))
    came = corrected.returned + corrected.grace
    return Reply(
        title=f"Corrected: away from {first}, back on {back}.",
        lines=(f"{telling.amount(came)} came back to {whose.object}." if came else "Nothing had to come back.",),
        kind=ReplyKind.ABSENCE,
    )


def extended_told(extended: Extended, asked: Asked, *, whose: Whose) -> Reply:
    """The later end."""
    telling = asked.telling
    back = telling.day(extended.ends_at.astimezone(telling.zone).date())
    return Reply(
        title=f"{_sentence(whose.subject)} out of office for longer, back on {back}.",
        lines=(
            *(("It became one with the absence that began before that.",) if extended.merged else ()),
            "What is moved goes where it went until now.",
        ),
        kind=ReplyKind.ABSENCE,
    )


def plan_told(plan: Plan) -> str:
    """To whom a day's share goes, one phase after the other."""
    return f"Each day's share: {', then '.join(map(_phase_told, plan))}."


def _phase_told(phase: Phase) -> str:
    parts = [
        f"{f'{part.percent}%' if len(phase.parts) > 1 else 'all'} to {PLACES.get(part.to, part.to)}"
        for part in phase.parts
    ]
    days = "" if phase.days is None else f" for {phase.days} day{'' if phase.days == 1 else 's'}"
    return f"{', '.join(parts)}{days}"


def status_told(absences: Absences, asked: Asked, *, whose: Whose) -> Reply:
    """When somebody is away, and how it stands with their credits."""
    if not absences.lines:
        hint = () if whose.handle else ("Going away? Say “ooo next week”.",)
        return Reply(title=f"{_sentence(whose.subject)} not out of office.", lines=hint, kind=ReplyKind.ABSENCE)
    present = absences.lines[0]
    rows = tuple(row for line in absences.lines for row in _rows(line, asked))
    return Reply(
        title=_present_told(present, whose, telling=asked.telling),
        lines=(
            *(_why(whose) if present.is_open_ended else ()),
            plan_told(present.plan),
            *(_line(line, asked) for line in absences.lines[1:]),
            *((f"@{present.delegate} decides for {whose.object} meanwhile.",) if present.delegate else ()),
        ),
        actions=tuple(
            _ending(line, whose, asked=asked, one_of=len(absences.lines)) for line in absences.lines[:_MOST_BUTTONS]
        ),
        table=Table(("Where", "Moved", "Came back"), rows) if rows else None,
        kind=ReplyKind.ABSENCE,
    )


def _present_told(present: AbsenceLine, whose: Whose, *, telling: Telling) -> str:
    first, back = (telling.day(at.astimezone(telling.zone).date()) for at in (present.starts_at, present.ends_at))
    if present.is_open_ended:
        return f"{_sentence(whose.subject)} out of office since {first}."
    if present.is_away:
        return f"{_sentence(whose.subject)} out of office, back on {back}."
    return f"Out of office from {first} to {back}."


def _why(whose: Whose) -> tuple[str]:
    their = "their" if whose.handle else "your"
    return (f"Nothing was heard of {whose.object} for long; it ends with {their} next call or command.",)


def _ending(line: AbsenceLine, whose: Whose, *, asked: Asked, one_of: int) -> Action:
    """The button that ends one."""
    said = f"{f'{whose.user_id} ' if whose.handle else ''}{line.id}"
    if line.is_away:
        says, label = f"ooo back {said}", f"@{whose.handle} is back" if whose.handle else "I am back"
        return Action(label=label, says=says, command_id=asked.speaker.mint(says), style=Style.PRIMARY)
    says, day = f"ooo cancel {said}", asked.telling.day(line.starts_at.astimezone(asked.telling.zone).date())
    label = f"Cancel {day}" if one_of > 1 else "Cancel the absence"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says), style=Style.DANGER)


def _line(line: AbsenceLine, asked: Asked) -> str:
    telling = asked.telling
    first, back = (telling.day(at.astimezone(telling.zone).date()) for at in (line.starts_at, line.ends_at))
    return f"Then from {first} to {back}."


def _rows(line: AbsenceLine, asked: Asked) -> list[tuple[str, ...]]:
    shown = asked.telling.figure
    return [(purse_told(moved.to), shown(moved.amount), shown(moved.returned)) for moved in line.moved]


def purse_told(purse: Purse) -> str:
    """`the pool of Backend`, `the budget of Engineering`, `@bob`."""
    if purse.kind == "personal":
        return f"@{purse.name}"
    return f"the {purse.kind} of {purse.name or owner_of(purse.account)}"
