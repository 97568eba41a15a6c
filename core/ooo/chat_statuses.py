"""What is known of people's chat statuses, and what organizations do with them. Texts are never kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ooo.status_rules import StatusRules, StatusSync
from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.tables import chat_statuses, status_rules
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStatus:
    """The last status of somebody that mattered. `ends_at` is None where it does not say; `said_at` is the platform's.

    `suggestion_id` is the suggestion that came of it.
    """

    user_id: str
    is_away: bool
    ends_at: datetime | None
    said_at: datetime
    suggestion_id: str | None


async def rules_of(connection: AsyncConnection, organization_id: str) -> StatusRules:
    """An organization's, or the built-in ones."""
    found = await connection.execute(select(status_rules).where(status_rules.c.organization_id == organization_id))
    row: Row[Any] | None = found.one_or_none()
    if row is None:
        return StatusRules()
    usual = StatusRules()
    return StatusRules(
        sync=StatusSync(row.sync),
        words=usual.words if row.words is None else tuple(row.words),
        emoji=usual.emoji if row.emoji is None else tuple(row.emoji),
    )


async def status_of(connection: AsyncConnection, organization_id: str, *, user_id: str) -> ChatStatus | None:
    """The last one that mattered."""
    found = await connection.execute(
        select(*(chat_statuses.c[name] for name in ChatStatus.__slots__)).where(
            chat_statuses.c.organization_id == organization_id, chat_statuses.c.user_id == user_id
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else ChatStatus(**row)


async def keep_status(tx: Transaction, status: ChatStatus) -> None:
    """In place of the one before."""
    values = {name: getattr(status, name) for name in ChatStatus.__slots__}
    insert = insert_into(tx.connection, chat_statuses)
    await tx.execute(
        insert.values(organization_id=tx.organization_id, **values).on_conflict_do_update(
            index_elements=["organization_id", "user_id"], set_=values
        )
    )


async def may_matter(database: Database, organization_id: str, *, user_id: str, text: str, emoji: str) -> bool:
    """Whether a status can change anything: most say that somebody has lunch. Raises StorageUnavailable."""
    async with database.snapshot() as connection:
        rules = await rules_of(connection, organization_id)
        if rules.sync is StatusSync.OFF:
            return False
        if rules.mean_away(text, emoji):
            return True
        before = await status_of(connection, organization_id, user_id=user_id)
        return before is not None and before.is_away
