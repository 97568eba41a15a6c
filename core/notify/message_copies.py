"""Where the messages stand that show a request, so that a decision taken anywhere can be shown in all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.tables import message_copies


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCopy:
    """One message, by the platform's own ids. `user_id` is who it was for; None where many read it."""

    organization_id: str
    request_id: str
    platform: str
    workspace_id: str
    conversation_id: str
    message_id: str
    user_id: str | None
    sent_at: datetime

    @property
    def key(self) -> str:
        """What it is called among the copies of one request."""
        return f"{self.workspace_id}/{self.conversation_id}/{self.message_id}"


async def remember_copy(database: Database, copy: MessageCopy) -> None:
    """Keep it; one that is known already stays as it is."""
    row = asdict(copy)
    async with database.begin() as connection:
        await connection.execute(insert_into(connection, message_copies).values(**row).on_conflict_do_nothing())


async def copies_of(database: Database, *, organization_id: str, request_id: str) -> tuple[MessageCopy, ...]:
    """Every copy of a request, oldest first."""
    async with database.snapshot() as connection:
        return await copies_in(connection, organization_id=organization_id, request_id=request_id)


async def copies_in(connection: AsyncConnection, *, organization_id: str, request_id: str) -> tuple[MessageCopy, ...]:
    """The same, on a connection that is at work."""
    found = await connection.execute(
        select(message_copies)
        .where(message_copies.c.organization_id == organization_id, message_copies.c.request_id == request_id)
        .order_by(message_copies.c.sent_at, message_copies.c.platform, message_copies.c.message_id)
    )
    return tuple(MessageCopy(**row) for row in found.mappings())
