"""`cancel`: no, after being asked; `cancel trg_…`: take back what waits for approval."""

from __future__ import annotations

from bot.commands.verb import Asked, Verb
from bot.replies.reply import Reply
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.end_requests import CancelRequest


async def _cancel(asked: Asked) -> Reply:
    transfer_id = next((word.strip(".,!`\"'") for word in asked.words if word.startswith(("tr_", "trg_"))), None)
    request_id = next((word.strip(".,!`\"'") for word in asked.words if word.startswith("crq_")), None)
    if request_id is not None:
        return await _cancel_request(asked, request_id)
    if transfer_id is None:
        return Reply(title="All right, nothing was done.")
    speaker = asked.speaker
    cancelled = await asked.office.engine.run(
        CancelTransfer(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            transfer_id=transfer_id,
        )
    )
    return Reply(title=f"{asked.telling.amount(cancelled.amount)} are yours again; nobody is asked any more.")


async def _cancel_request(asked: Asked, request_id: str) -> Reply:
    speaker = asked.speaker
    await asked.office.engine.run(
        CancelRequest(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            request_id=request_id,
        )
    )
    return Reply(title="You no longer ask for that.")


VERB = Verb(
    name="cancel",
    does="leave it",
    examples=(("cancel", "leave what was asked"), ("cancel trg_…", "take back what waits for approval")),
    run=_cancel,
    aliases=("no", "never", "nevermind", "stop"),
)
