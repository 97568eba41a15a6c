"""A verdict on credits that somebody wants to send."""

from __future__ import annotations

from bot.commands.verb import Asked
from bot.commands.verdict import Said
from bot.replies.chains import how_far
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.approvals.states import ApprovalState
from core.transfers.decide_transfer import DecideTransfer, TransferDecided


async def decide_transfer(said: Said, asked: Asked, *, approval_id: str) -> Reply:
    """Carry it out, and say what has become of the request."""
    speaker = asked.speaker
    receipt = await asked.office.engine.run(
        DecideTransfer(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_id,
            is_yes=said.is_yes,
            amount=said.amount,
            note=said.note,
            justification=said.justification,
        )
    )
    return _told(receipt, asked)


def _told(receipt: TransferDecided, asked: Asked) -> Reply:
    each = " each" if len(receipt.recipients) > 1 else ""
    people = ", ".join(f"@{handle}" for handle in receipt.recipients)
    amount = receipt.asked if receipt.state is ApprovalState.REJECTED else receipt.each
    what = f"{asked.telling.amount(amount)}{each} from @{receipt.sender} to {people}"
    if receipt.state is ApprovalState.OPEN:
        return Reply(title=f"You agree: {what}.", lines=how_far(receipt.progress), kind=ReplyKind.DECIDED)
    if receipt.state is ApprovalState.REJECTED:
        return Reply(
            title=f"Denied: {what}.", lines=(f"@{receipt.sender} has the credits again.",), kind=ReplyKind.DECIDED
        )
    asked_for = f"{asked.telling.amount(receipt.asked)}{each} were asked for."
    return Reply(
        title=f"Approved: {what}.", lines=(asked_for,) if receipt.each < receipt.asked else (), kind=ReplyKind.DECIDED
    )
