"""The channel that needs nothing from outside: what a person received lies in their inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.channel import Event, Message
from core.notify.retrying import Schedule, doubling
from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.retry import Persistence
from core.storage.tables import inbox
from core.storage.transaction import Clock

IN_APP: Final = "in_app"


class InApp:
    """Writes into the inbox, once per person and event. Terminals show it."""

    name: Final = IN_APP
    schedule: Final[Schedule] = doubling(first=timedelta(seconds=1), longest=timedelta(minutes=5), tries=12)
    patience: Final = timedelta(seconds=15)

    def __init__(self, database: Database, *, wall: Clock) -> None:
        self._database: Final = database
        self._wall: Final = wall
        self._persistence: Final = Persistence(asyncio.sleep)

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Everybody has an inbox."""
        del connection, event
        return people

    async def deliver(self, message: Message) -> None:
        """A repetition finds it there. Raises StorageUnavailable."""
        await self._persistence.run(lambda: self._write(message))

    async def _write(self, message: Message) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                insert_into(connection, inbox)
                .values(
                    organization_id=message.organization_id,
                    user_id=message.recipient_id,
                    event_id=message.event_id,
                    received_at=self._wall.now(),
                )
                .on_conflict_do_nothing()
            )
