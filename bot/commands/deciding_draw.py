"""A verdict on credits that somebody asks of the team's pool."""

from __future__ import annotations

from bot.commands.verb import Asked
from bot.commands.verdict import Said
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.approvals.states import ApprovalState
from core.pools.decide_draw import DecideDraw, DrawDecided


async def decide_draw(said: Said, asked: Asked, *, approval_id: str) -> Reply:
    """Carry it out, and say what has become of the request."""
    speaker = asked.speaker
    receipt = await asked.office.engine.run(
        DecideDraw(
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


def _told(receipt: DrawDecided, asked: Asked) -> Reply:
    telling = asked.telling
    if receipt.state is ApprovalState.REJECTED:
        what = f"{telling.amount(receipt.asked)} of the pool for @{receipt.requester}"
        return Reply(title=f"Denied: {what}.", lines=("The pool has the credits again.",), kind=ReplyKind.DECIDED)
    what = f"{telling.amount(receipt.granted)} of the pool for @{receipt.requester}"
    asked_for = f"{telling.amount(receipt.asked)} were asked for."
    return Reply(
        title=f"Approved: {what}.",
        lines=(asked_for,) if receipt.granted < receipt.asked else (),
        kind=ReplyKind.DECIDED,
    )
