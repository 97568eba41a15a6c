"""Looking, while a server runs, for what other processes left unanswered when they died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

from core.storage.faults import StorageUnavailable

ROUND_SECONDS: Final = 20
"""Between two looks."""
CLOSING_SECONDS: Final = 10
"""For what is being answered when the server stops."""

log = logging.getLogger(__name__)


class TakesOver(Protocol):
    """A front end's desk."""

    async def take_over(self) -> None:
        """Answer what was left. Raises StorageUnavailable."""
        ...


@asynccontextmanager
async def taking_over(desk: TakesOver, *, of: str) -> AsyncIterator[None]:
    """While the block runs; what is being answered then may finish. `of` names the platform in the log."""
    end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    looking = asyncio.create_task(_look(desk, of=of, end=end), name=f"{of} backlog")
    try:
        yield
    finally:
        end.set_result(None)
        await asyncio.wait([looking], timeout=CLOSING_SECONDS)
        looking.cancel()
        await asyncio.wait([looking])


async def _look(desk: TakesOver, *, of: str, end: asyncio.Future[None]) -> None:
    while not end.done():
        try:
            await desk.take_over()
        except StorageUnavailable as away:
            log.warning("the backlog of %s cannot be looked through: %s", of, away.code)
        except Exception:
            log.exception("taking over of %s met a defect; it goes on", of)  # as the dispatcher does
        await asyncio.wait({end}, timeout=ROUND_SECONDS)
