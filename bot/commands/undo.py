"""`undo`: takes back what was sent last, within five minutes."""

from __future__ import annotations

from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.transfers.undo_transfer import UndoTransfer


async def _undo(asked: Asked) -> Reply:
    speaker = asked.speaker
    named = next((bare(word) for word in asked.words if word.startswith(("tr_", "trg_"))), None)
    undone = await asked.office.engine.run(
        UndoTransfer(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            transfer_id=named,
        )
    )
    telling = asked.telling
    sent = sum(part.amount for part in undone.transfers)
    expired = f" {telling.amount(sent - undone.returned)} of it expired in between." if sent > undone.returned else ""
    handles = ", ".join(f"@{part.handle}" for part in undone.transfers)
    return Reply(
        title=f"{telling.amount(undone.returned)} back from {handles}.",
        lines=(f"You have {telling.amount(undone.available)} now.{expired}",),
        kind=ReplyKind.RECEIPT,
    )


VERB = Verb(
    name="undo",
    does="take back what you sent last, within 5 minutes",
    examples=(("undo", "the last one"), ("undo trg_…", "one of those that history shows")),
    run=_undo,
    aliases=("revert", "takeback", "unsend"),
)
