"""How absences are told."""

from __future__ import annotations

from bot.commands.people import Named
from bot.commands.verb import Asked
from bot.replies.reply import Action, Reply, Style, Table
from core.ledger.accounts import owner_of
from core.ooo.ending import BackAtWork
from core.ooo.naming import Purse
from core.ooo.preview_absence import AbsencePreview
from core.ooo.set_out_of_office import IsOutOfOffice
from core.ooo.show_absences import AbsenceLine, Absences


def preview_told(
    preview: AbsencePreview, asked: Asked, *, delegate: Named | None, actions: tuple[Action, ...]
) -> Reply:
    """What will happen, and whether it should."""
    telling = asked.telling
    first = telling.day(preview.starts_at.astimezone(telling.zone).date())
    back = telling.day(preview.ends_at.astimezone(telling.zone).date())
    lines = [_impact(preview, asked), f"On {back} what is left of it comes back, and your quota is as always."]
    if preview.joins:
        lines.append("It becomes one with the absence that it overlaps.")
    if delegate is not None:
        lines.append(f"@{delegate.text.removeprefix('@')} decides for you meanwhile.")
    title = f"Out of office from {first}, back on {back}?"
    return Reply(title=title, lines=tuple(lines), actions=actions, code="confirm")


def _impact(preview: AbsencePreview, asked: Asked) -> str:
    telling = asked.telling
    if preview.first_share_at is None:
        return "None of your credits will move."
    parts = ", ".join(f"{telling.amount(part.amount)} to {purse_told(part.to)}" for part in preview.to)
    since = telling.day(preview.first_share_at.astimezone(telling.zone).date())
    return f"{telling.amount(preview.total)} will help others, a share a day from {since} on: {parts}."


def set_told(receipt: IsOutOfOffice, asked: Asked) -> Reply:
    """It is set."""
    telling = asked.telling
    first = telling.day(receipt.starts_at.astimezone(telling.zone).date())
    back = telling.day(receipt.ends_at.astimezone(telling.zone).date())
    cancel = Action(
        label="Cancel the absence",
        says=f"ooo cancel {receipt.absence_id}",
        command_id=asked.speaker.mint("cancel absence"),
        style=Style.DANGER,
    )
    return Reply(
        title=f"You are out of office from {first}, back on {back}.",
        lines=("Say “ooo back” when you are back earlier.",),
        actions=(cancel,),
    )


def returned_told(title: str, back: BackAtWork, *, asked: Asked) -> Reply:
    """What came back."""
    telling = asked.telling
    lines = [f"{telling.amount(back.returned)} came back to you." if back.returned else "Nothing had to come back."]
    if back.grace:
        lines.append(f"{telling.amount(back.grace)} from the budget replace a part of what others used.")
    if back.left:
        lines.append(f"{telling.amount(back.left)} were used by others.")
    return Reply(title=title, lines=tuple(lines))


def status_told(absences: Absences, asked: Asked) -> Reply:
    """When somebody is away, and how it stands with their credits."""
    if not absences.lines:
        return Reply(title="You are not out of office.", lines=("Going away? Say “ooo next week”.",))
    telling = asked.telling
    present = absences.lines[0]
    back = telling.day(present.ends_at.astimezone(telling.zone).date())
    first = telling.day(present.starts_at.astimezone(telling.zone).date())
    title = f"You are out of office, back on {back}." if present.is_away else f"Out of office from {first} to {back}."
    rows = tuple(row for line in absences.lines for row in _rows(line, asked))
    return Reply(
        title=title,
        lines=tuple(_line(line, asked) for line in absences.lines[1:])
        + ((f"@{present.delegate} decides for you meanwhile.",) if present.delegate else ()),
        table=Table(("Where", "Moved", "Came back"), rows) if rows else None,
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
