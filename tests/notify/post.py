"""A dispatcher for tests: a wall clock that stands, no chance, and channels that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.channel import Channel, Event, Message, NobodyThere, Undelivered
from core.notify.dispatcher import Dispatcher
from core.notify.in_app import InApp
from core.notify.read_inbox import InboxPage, ReadInbox
from core.notify.retrying import Schedule
from core.storage.database import Database
from core.storage.tables import deliveries
from core.transfers.send_credits import SendCredits, Sent
from tests.company import Company
from tests.standing import StandingClock

SECOND: Final = timedelta(seconds=1)


class Recorder:
    """A channel that notes what it was given. `down` holds the recipients who cannot be reached, `silent` those who
    answer only when `answers` is set; `everybody` is why nobody can be.
    """

    patience: Final = timedelta(seconds=15)

    def __init__(self, name: str = "recorder", *, schedule: Schedule = (SECOND, 2 * SECOND)) -> None:
        self.name: Final = name
        self.schedule: Final = schedule
        self.got: Final[list[Message]] = []
        self.down: Final[dict[str, Undelivered | NobodyThere]] = {}
        self.everybody: Undelivered | None = None
        self.reaches: set[str] | None = None
        self.silent: Final[set[str]] = set()
        self.tries = 0
        self.rang: Final = asyncio.Event()
        self.answers: Final = asyncio.Event()

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Everybody, or whom it reaches."""
        del connection, event
        return people if self.reaches is None else tuple(person for person in people if person in self.reaches)

    async def deliver(self, message: Message) -> None:
        """Do as told."""
        self.tries += 1
        if message.recipient_id in self.silent:
            await self.answers.wait()
        fault = self.down.get(message.recipient_id, self.everybody)
        if fault is not None:
            raise fault
        self.got.append(message)
        self.rang.set()


def post(database: Database, *channels: Channel, wall: StandingClock, jitter: float = 0.0) -> Dispatcher:
    """A dispatcher with these channels."""
    return Dispatcher(database, channels, wall=wall, jitter=lambda: jitter)


def in_app(company: Company, wall: StandingClock) -> InApp:
    """The inbox."""
    return InApp(company.database, wall=wall)


async def send(company: Company, amount: int, *, to: str, by: str = "alice") -> Sent:
    """Somebody sends credits, of which the recipient must hear."""
    return await company.run(SendCredits, by=by, recipients=(company.user(to),), amount=amount, reason="the demo")


async def states(company: Company) -> dict[tuple[str, str], tuple[str, int, str | None]]:
    """(recipient, channel) → (state, attempts, error); of several events the latest."""
    handles = {user_id: handle for handle, user_id in company.users.items()}
    async with company.database.snapshot() as connection:
        rows = (await connection.execute(select(deliveries).order_by(deliveries.c.event_id))).all()
    return {
        (handles.get(row.recipient_id, row.recipient_id), row.channel): (row.state, row.attempts, row.error)
        for row in rows
    }


async def inbox_of(company: Company, who: str, *, only_unread: bool = True) -> InboxPage:
    """What they see."""
    return await company.ask(ReadInbox, by=who, only_unread=only_unread)


async def types_received(company: Company, who: str) -> Sequence[str]:
    """The types of the events in the inbox, oldest first."""
    return [item.type for item in reversed((await inbox_of(company, who)).received)]
