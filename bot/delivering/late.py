"""What is acknowledged before it is answered is written down first, so that a crash swallows nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.commands.office import Office
from bot.replies.reply import Reply, Tone
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform
from core.notify.backlog import Backlog, Unanswered
from core.storage.faults import StorageUnavailable

KEEP_SECONDS: Final = 0.5
"""For writing down; it may take longer where there is time."""
STILL_WANTED: Final = timedelta(minutes=5)
"""Who heard nothing for longer has long looked elsewhere or asked again: it is not done any more, they are told."""

Answer = Callable[[Unanswered, bool], Awaitable[bool]]
"""Answers an entry, if it is still wanted, else says that it is not done any more; whether anybody was told."""

log = logging.getLogger(__name__)


class Late:
    """What is on its way, in the database."""

    def __init__(self, office: Office, platform: Platform, *, now: Callable[[], datetime]) -> None:
        self._platform: Final = platform
        self._backlog: Final = Backlog(office.engine.database)
        self._new_id: Final = office.engine.new_id
        self._now: Final = now

    def entry(self, payload: Mapping[str, Any], *, kind: str, account: ChatAccount) -> Unanswered:
        """What would be written down."""
        return Unanswered(
            id=self._new_id("late"),
            platform=self._platform.value,
            workspace_id=account.workspace_id,
            kind=kind,
            payload=payload,
            heard_at=self._now(),
        )

    async def keep(self, entry: Unanswered, *, seconds: float) -> bool:
        """Whether it is written down, within so many seconds. Never raises: who asked is answered all the same."""
        try:
            async with asyncio.timeout(seconds):
                await self._backlog.keep(entry)
        except (StorageUnavailable, TimeoutError) as away:
            log.warning("what is being answered could not be written down: %s", type(away).__name__)
            return False
        except Exception:
            log.exception("what is being answered cannot be written down")  # it holds what no database takes
            return False
        return True

    async def forget(self, entry: Unanswered) -> None:
        """It is answered. Where that cannot be written, the answer comes again. Never raises."""
        try:
            await self._backlog.forget(entry)
        except StorageUnavailable as away:
            log.warning("what was answered may still be in the backlog: %s", away.code)
        except Exception:
            log.exception("what was answered cannot be forgotten")  # as above

    async def take_over(self, answer: Answer) -> None:
        """Answer what other processes were asked and did not answer before they died. Raises StorageUnavailable."""
        while left := await self._backlog.take_over(self._platform.value, wall=self._now()):
            # Side by side: one that waits for its platform must not outlast the lease of those behind it.
            await asyncio.gather(*(self._taken_over(entry, answer) for entry in left))

    async def _taken_over(self, entry: Unanswered, answer: Answer) -> None:
        """What nobody could be told is taken over again, for as long as it is wanted."""
        is_wanted = self._now() - entry.heard_at <= STILL_WANTED
        if await answer(entry, is_wanted) or not is_wanted:
            await self.forget(entry)


def interrupted_reply(said: str) -> Reply:
    """For what nobody does any more; `said` is empty where it was no words."""
    what = f"“{said}”" if said else "what you sent off"
    return Reply(
        title=f"I was interrupted before I could answer {what}.",
        lines=("Say “history” to see whether it was done; if not, say it again.",),
        tone=Tone.ERROR,
        code="interrupted",
    )
