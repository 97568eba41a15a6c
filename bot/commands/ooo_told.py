"""How absences are told."""

from __future__ import annotations

from bot.commands.ooo_person import Whose
from bot.commands.verb import Asked
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Style, Table
from core.directory.people import PersonLine
from core.ledger.accounts import owner_of
from core.ooo.ending import BackAtWork
from core.ooo.naming import Purse
from core.ooo.preview_absence import AbsencePreview
from core.ooo.set_out_of_office import IsOutOfOffice
from core.ooo.show_absences import AbsenceLine, Absences


def preview_told(
    preview: AbsencePreview, asked: Asked, *, delegate: PersonLine | None, whose: Whose, actions: tuple[Action, ...]
) -> Reply:
    """What will happen, and whether it should."""
    telling = asked.telling
    first = telling.day(preview.starts_at.astimezone(telling.zone).date())
    back = telling.day(preview.ends_at.astimezone(telling.zone).date())
    lines = [
        _impact(preview, asked, whose=whose),
        f"On {back} what is left of it comes back, and {_their(whose)} quota is as always.",
    ]
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


def _impact(preview: AbsencePreview, asked: Asked, *, whose: Whose) -> str:
    telling = asked.telling
    if preview.first_share_at is None:
        return f"None of {_their(whose)} credits will move."
    since = telling.day(preview.first_share_at.astimezone(telling.zone).date())
    return f"{telling.amount(preview.total)} will help others, a share a day from {since} on."


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


def status_told(absences: Absences, asked: Asked, *, whose: Whose) -> Reply:
    """When somebody is away, and how it stands with their credits."""
    if not absences.lines:
        hint = () if whose.handle else ("Going away? Say “ooo next week”.",)
        return Reply(title=f"{_sentence(whose.subject)} not out of office.", lines=hint, kind=ReplyKind.ABSENCE)
    telling = asked.telling
    present = absences.lines[0]
    back = telling.day(present.ends_at.astimezone(telling.zone).date())
    first = telling.day(present.starts_at.astimezone(telling.zone).date())
    title = f"Out of office from {first} to {back}."
    if present.is_away:
        title = f"{_sentence(whose.subject)} out of office, back on {back}."
    rows = tuple(row for line in absences.lines for row in _rows(line, asked))
    return Reply(
        title=title,
        lines=tuple(_line(line, asked) for line in absences.lines[1:])
        + ((f"@{present.delegate} decides for {whose.object} meanwhile.",) if present.delegate else ()),
        table=Table(("Where", "Moved", "Came back"), rows) if rows else None,
        kind=ReplyKind.ABSENCE,
    )


def _line(line: AbsenceLine, asked: Asked) -> str:
    telling = asked.telling
    first, back = (telling.day(at.astimezone(telling.zone).date()) for at in (line.starts_at, line.ends_at))
    return f"Then from {first} to {back}."


def _rows(line: AbsenceLine, asked: Asked) -> list[tuple[str, ...]]:
    amount = asked.telling.amount
    return [(purse_told(moved.to), amount(moved.amount), amount(moved.returned)) for moved in line.moved]


def purse_told(purse: Purse) -> str:
    """`the pool of Backend`, `the budget of Engineering`, `@bob`."""
    if purse.kind == "personal":
        return f"@{purse.name}"
    return f"the {purse.kind} of {purse.name or owner_of(purse.account)}"
