"""What somebody receives while they sit at the chat window: shown between two prompts, and then read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands.inbox import told
from bot.commands.office import Office
from bot.replies.reply import Reply
from bot.replies.telling import Telling
from core.directory.read_units import ReadUnits
from core.notify.mark_inbox_read import MarkInboxRead
from core.notify.read_inbox import MOST, ReadInbox
from core.refusals import Refused
from core.storage.faults import StorageUnavailable
from core.storage.transaction import Actor

Deliver = Callable[[], Awaitable[None]]
"""Brings what has happened by now into the inboxes; a server may have done that already."""


class Window:
    """One person's open chat window."""

    def __init__(self, office: Office, *, organization_id: str, user_id: str, deliver: Deliver) -> None:
        self._office: Final = office
        self._organization_id: Final = organization_id
        self._user_id: Final = user_id
        self._deliver: Final = deliver
        self._known: Final[set[str]] = set()
        self._is_open = False

    @property
    def _actor(self) -> Actor:
        return Actor.user(self._user_id)

    async def news(self) -> tuple[Reply, ...]:
        """What has arrived since the last look, oldest first; at the first one only how much is unread."""
        try:
            return await self._news()
        except (StorageUnavailable, Refused):  # a service account has no inbox; what waits is told later
            return ()

    async def _news(self) -> tuple[Reply, ...]:
        await self._deliver()
        page = await self._office.engine.ask(
            ReadInbox(organization_id=self._organization_id, actor=self._actor, limit=MOST)
        )
        fresh = tuple(item for item in reversed(page.received) if item.event_id not in self._known)
        self._known.update(item.event_id for item in fresh)
        if not self._is_open:
            self._is_open = True
            return _unread(page.unread)
        if not fresh:
            return ()
        telling = await self._telling()
        said = tuple(told(item, page, reader_id=self._user_id, telling=telling) for item in fresh)
        await self._mark_read(tuple(item.event_id for item in fresh))
        return said

    async def _mark_read(self, event_ids: tuple[str, ...]) -> None:
        engine = self._office.engine
        await engine.run(
            MarkInboxRead(
                id=engine.new_id("cmd"),
                organization_id=self._organization_id,
                actor=self._actor,
                event_ids=event_ids,
            )
        )

    async def _telling(self) -> Telling:
        counting = await self._office.engine.ask(ReadUnits(organization_id=self._organization_id, actor=self._actor))
        return Telling(counting.units, ZoneInfo(counting.time_zone))


def _unread(count: int) -> tuple[Reply, ...]:
    if not count:
        return ()
    return (Reply(title=f"{count:,} unread message{'' if count == 1 else 's'}: “inbox” shows them."),)
