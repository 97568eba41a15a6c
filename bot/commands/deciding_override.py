"""A verdict on a temporary boost."""

from __future__ import annotations

from bot.commands.spans_told import hours_in_words
from bot.commands.verb import Asked
from bot.commands.verdict import Said
from bot.replies.chains import how_far
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply
from core.approvals.states import ApprovalState
from core.overrides.decide_override import DecideOverride, OverrideDecided, Shortage


async def decide_override(said: Said, asked: Asked, *, approval_id: str) -> Reply:
    """Carry it out, and say what has become of the request."""
    speaker = asked.speaker
    receipt = await asked.office.engine.run(
        DecideOverride(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_id,
            is_yes=said.is_yes,
            amount=said.amount,
            hours=said.hours,
            note=said.note,
            justification=said.justification,
        )
    )
    if receipt.shortage is not None:
        return _short(receipt, asked, shortage=receipt.shortage, said=said)
    if receipt.progress is not None:
        amount = asked.telling.amount(receipt.amount)
        title = f"You agree: {amount} for @{receipt.person} for {hours_in_words(receipt.hours)}."
        return Reply(title=title, lines=how_far(receipt.progress), kind=ReplyKind.DECIDED)
    return _told(receipt, asked)


def _told(receipt: OverrideDecided, asked: Asked) -> Reply:
    telling = asked.telling
    if receipt.state is ApprovalState.REJECTED:
        title = f"Denied: a boost of {telling.amount(receipt.asked)} for @{receipt.person}."
        return Reply(title=title, lines=("Nothing was moved.",), kind=ReplyKind.DECIDED)
    until = "" if receipt.ends_at is None else f" until {telling.moment(receipt.ends_at)}"
    asked_for = f"{telling.amount(receipt.asked)} were asked for."
    lines = (
        f"That is {hours_in_words(receipt.hours)}, out of the budget of {receipt.budget}.",
        *((asked_for,) if receipt.amount < receipt.asked else ()),
    )
    title = f"Approved: {telling.amount(receipt.amount)} for @{receipt.person}{until}."
    return Reply(
        title=title,
        lines=lines,
        actions=(revoking(receipt.override_id, receipt.person, asked=asked),),
        kind=ReplyKind.RECEIPT,
    )


def _short(receipt: OverrideDecided, asked: Asked, *, shortage: Shortage, said: Said) -> Reply:
    """The approver is told, and may still agree to what is there: for as long, and with the same words."""
    telling = asked.telling
    people = ", ".join(f"@{handle}" for handle in shortage.asked_now)
    title = (
        f"The budget of {shortage.budget} has {telling.amount(shortage.available)} that outlive the boost: "
        f"not enough for {telling.amount(receipt.amount)}."
    )
    lines = (f"{people} can decide now, too, out of a larger budget.",)
    if not shortage.available:
        return Reply(title=title, lines=lines)
    less = telling.units.show_short(shortage.available)
    hours = receipt.hours if said.hours is None else said.hours
    glass = "--break-glass " if said.breaks_glass else ""
    says = f"approve {receipt.approval_id} {shortage.available} for {hours}h {glass}{said.text}".strip()
    action = Action(label=f"Approve {less} from {shortage.budget}", says=says, command_id=asked.speaker.mint(says))
    return Reply(title=title, lines=lines, actions=(action,))


def revoking(override_id: str, person: str, *, asked: Asked) -> Action:
    """The button that closes a boost."""
    says = f"boosts revoke {override_id}"
    label = f"Revoke the boost of @{person}"
    return Action(label=label, says=says, command_id=asked.speaker.mint(says))
