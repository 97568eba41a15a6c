"""What a platform does for the channels: it knows whom it reaches, draws a reply, posts it, and changes what stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.replies.reply import Reply
from core.directory.platforms import Platform
from core.notify.retrying import Schedule, doubling

SCHEDULE: Final[Schedule] = doubling(first=timedelta(seconds=2), longest=timedelta(minutes=15), tries=14)
"""About two hours."""
PATIENCE: Final = timedelta(seconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Where a message stands, by the platform's own ids."""

    workspace_id: str
    conversation_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody is told. `request_id` is the request that it shows while that can be decided."""

    organization_id: str
    recipient_id: str
    reply: Reply
    request_id: str | None


class Transport(Protocol):
    """One platform. What sends raises NobodyThere and Undelivered."""

    @property
    def platform(self) -> Platform:
        """Which one."""
        ...

    async def reached(
        self, connection: AsyncConnection, organization_id: str, *, people: Sequence[str]
    ) -> Sequence[str]:
        """Those of them who can be written to there."""
        ...

    async def tell(self, note: Note) -> Stands:
        """Post it to one person alone."""
        ...

    async def change(self, organization_id: str, stands: Stands, *, reply: Reply) -> None:
        """Put another in its place."""
        ...
