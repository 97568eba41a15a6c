"""What every way to a person or an endpoint has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.retrying import Schedule

LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One event for one recipient. It may come more than once: the receiver's key is `event_id`."""

    organization_id: str
    event_id: str
    type: str
    at: datetime
    payload: Mapping[str, Any]
    recipient_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, before it is known who hears of it by which way."""

    organization_id: str
    id: str
    type: str
    payload: Mapping[str, Any]


class NobodyThere(Exception):
    """There is nothing to deliver to any more: an account that was unlinked, a message that was deleted. No fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:LONGEST_REASON]


class Undelivered(Exception):
    """It did not arrive; `reason` is for the operator. `is_final`: no retry can help."""

    def __init__(self, reason: str, *, is_final: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason[:LONGEST_REASON]
        self.is_final = is_final
        self.retry_after = retry_after


class Channel(Protocol):
    """A way to people, or to what was shown to them. `name` stands in the deliveries; `patience` is the longest that
    one try may take.
    """

    @property
    def name(self) -> str:
        """At most 32 characters, never changed."""
        ...

    @property
    def schedule(self) -> Schedule:
        """How long to wait before each further try."""
        ...

    @property
    def patience(self) -> timedelta:
        """Shorter than the lease of the dispatcher."""
        ...

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Whom of those who must hear it this channel can reach; or what else the event changes here.

        Asked in the transaction that makes the deliveries. The same event has the same recipients, each once.
        """
        ...

    async def deliver(self, message: Message) -> None:
        """Hand it over. Raises Undelivered, NobodyThere; StorageUnavailable when our own database is away."""
        ...
