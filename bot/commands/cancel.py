"""`cancel`: no, after being asked; `cancel trg_…`: take back what waits for approval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.commands.approvals import taking_back, waiting
from bot.commands.parse import bare
from bot.commands.requests import no_longer_asking, open_requests
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.overrides.cancel_override import CancelOverride
from core.pools.cancel_draw import CancelDraw
from core.transfers.cancel_request import CancelRequest
from core.transfers.cancel_transfer import CancelTransfer


async def _cancel(asked: Asked) -> Reply:
    for word in asked.words:
        named = bare(word)
        prefix, is_id, _ = named.partition("_")
        if is_id and prefix in _TAKE_BACK:
            return await _TAKE_BACK[prefix](asked, named)
    return await _nothing(asked)


async def _nothing(asked: Asked) -> Reply:
    """Whoever leaves it may have meant what they asked for before."""
    mine = (await waiting(asked)).of_mine
    colleagues = [item for item in await open_requests(asked) if item.is_mine]
    still = len(mine) + len(colleagues)
    takings = (
        *(taking_back(item, asked) for item in mine),
        *(no_longer_asking(item, asked) for item in colleagues),
    )
    what = "1 request of yours still waits" if still == 1 else f"{still} requests of yours still wait"
    return Reply(
        title="All right, nothing was done.",
        lines=(f"{what}; “approvals” shows more.",) if still else (),
        actions=takings[:_MOST_BUTTONS],
    )


async def _cancel_transfer(asked: Asked, transfer_id: str) -> Reply:
    speaker = asked.speaker
    cancelled = await asked.office.engine.run(
        CancelTransfer(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            transfer_id=transfer_id,
        )
    )
    return Reply(
        title=f"{asked.telling.amount(cancelled.amount)} are yours again; nobody is asked any more.",
        kind=ReplyKind.RECEIPT,
    )


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
    return Reply(title="You no longer ask for that.", kind=ReplyKind.RECEIPT)


async def _cancel_draw(asked: Asked, draw_id: str) -> Reply:
    speaker = asked.speaker
    cancelled = await asked.office.engine.run(
        CancelDraw(id=speaker.command_id, organization_id=speaker.organization_id, actor=speaker.actor, draw_id=draw_id)
    )
    return Reply(
        title=f"The pool has {asked.telling.amount(cancelled.amount)} again; nobody is asked any more.",
        kind=ReplyKind.RECEIPT,
    )


async def _cancel_override(asked: Asked, override_id: str) -> Reply:
    speaker = asked.speaker
    over = await asked.office.engine.run(
        CancelOverride(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            override_id=override_id,
        )
    )
    return Reply(title=f"You no longer ask for a boost of {asked.telling.amount(over.amount)}.", kind=ReplyKind.RECEIPT)


_MOST_BUTTONS: Final = 4

_TAKE_BACK: Final[Mapping[str, Callable[[Asked, str], Awaitable[Reply]]]] = MappingProxyType(
    {
        "tr": _cancel_transfer,
        "trg": _cancel_transfer,
        "crq": _cancel_request,
        "drw": _cancel_draw,
        "ovr": _cancel_override,
    }
)
"""By the first part of the id."""

VERB = Verb(
    name="cancel",
    does="leave it",
    examples=(("cancel", "leave what was asked"), ("cancel trg_…", "take back what waits for approval")),
    run=_cancel,
    aliases=("no", "never", "nevermind", "stop"),
)
