"""Conversations on platforms where nobody can be written to who never let the bot in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.tables import chat_conversations, chat_identities

LOOK_AGAIN: Final = timedelta(hours=1)
"""How long a conversation counts as seen, so that not every message writes."""

_KEY: Final = ("organization_id", "platform", "workspace_id", "conversation_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConversation:
    """As the platform last described it. `external_id` is whose it is, `member_id` how they are named within messages
    there; None where several people are.
    """

    organization_id: str
    platform: str
    workspace_id: str
    conversation_id: str
    kind: str
    external_id: str | None
    member_id: str | None
    service_url: str
    bot_id: str


async def remember_conversation(database: Database, known: KnownConversation, *, wall: datetime) -> None:
    """Keep what the platform says of it now; whoever writes there can be reached again."""
    values = {name: getattr(known, name) for name in KnownConversation.__slots__}
    if await _stands(database, values, wall=wall):
        return
    changed = {name: value for name, value in values.items() if name not in _KEY}
    async with database.begin() as connection:
        await connection.execute(
            insert_into(connection, chat_conversations)
            .values(**values, seen_at=wall, unreachable_at=None)
            .on_conflict_do_update(index_elements=list(_KEY), set_={**changed, "seen_at": wall, "unreachable_at": None})
        )


async def mark_unreachable(database: Database, known: KnownConversation, *, wall: datetime) -> None:
    """The bot was taken away there, or is not let in."""
    async with database.begin() as connection:
        await connection.execute(update(chat_conversations).where(_same(known)).values(unreachable_at=wall))


async def personal_conversation(
    database: Database, organization_id: str, *, platform: str, user_id: str
) -> KnownConversation | None:
    """Where somebody is reached alone, by any of their accounts; None where they are not."""
    columns = [chat_conversations.c[name] for name in KnownConversation.__slots__]
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(*columns)
            .join(chat_identities, _whose())
            .where(
                chat_identities.c.organization_id == organization_id,
                chat_identities.c.platform == platform,
                chat_identities.c.user_id == user_id,
                chat_conversations.c.unreachable_at.is_(None),
            )
            .order_by(chat_conversations.c.seen_at.desc(), chat_conversations.c.conversation_id)
            .limit(1)
        )
        row = found.mappings().one_or_none()
    return None if row is None else KnownConversation(**row)


async def conversation_of(
    database: Database, organization_id: str, *, platform: str, workspace_id: str, conversation_id: str
) -> KnownConversation | None:
    """The one with that id; None where the bot is not any more."""
    columns = [chat_conversations.c[name] for name in KnownConversation.__slots__]
    key = (organization_id, platform, workspace_id, conversation_id)
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(*columns).where(
                *(chat_conversations.c[name] == value for name, value in zip(_KEY, key, strict=True)),
                chat_conversations.c.unreachable_at.is_(None),
            )
        )
        row = found.mappings().one_or_none()
    return None if row is None else KnownConversation(**row)


async def reached_among(
    connection: AsyncConnection, organization_id: str, *, platform: str, people: Sequence[str]
) -> tuple[str, ...]:
    """Those of `people` whose linked account has a conversation, in their order."""
    if not people:
        return ()
    found = await connection.execute(
        select(chat_identities.c.user_id)
        .distinct()
        .join(chat_conversations, _whose())
        .where(
            chat_identities.c.organization_id == organization_id,
            chat_identities.c.platform == platform,
            chat_identities.c.user_id.in_(people),
            chat_conversations.c.unreachable_at.is_(None),
        )
    )
    reached = set(found.scalars())
    return tuple(person for person in people if person in reached)


async def _stands(database: Database, values: dict[str, Any], *, wall: datetime) -> bool:
    """Whether all of it is written down, and lately. A look takes no lock."""
    same = [chat_conversations.c[name] == value for name, value in values.items() if value is not None]
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(chat_conversations.c.seen_at).where(*same, chat_conversations.c.unreachable_at.is_(None))
        )
        seen_at = found.scalar_one_or_none()
    return seen_at is not None and wall - seen_at < LOOK_AGAIN


def _same(known: KnownConversation) -> ColumnElement[bool]:
    return and_(*(chat_conversations.c[name] == getattr(known, name) for name in _KEY))


def _whose() -> ColumnElement[bool]:
    return and_(
        *(
            chat_identities.c[name] == chat_conversations.c[name]
            for name in ("organization_id", "platform", "workspace_id", "external_id")
        )
    )
