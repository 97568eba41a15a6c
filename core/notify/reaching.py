"""Which people a chat platform reaches: those whose account there is linked, or can be found by their address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.tables import chat_identities, chat_workspaces, organizations, users


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody without an account there: their address, and where they may have one."""

    email: str
    workspaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody's account on a platform."""

    workspace_id: str
    external_id: str


async def linked_among(
    connection: AsyncConnection, organization_id: str, *, platform: str, people: Sequence[str]
) -> tuple[str, ...]:
    """Those of `people` who have an account there, in their order."""
    if not people:
        return ()
    found = await connection.execute(
        select(chat_identities.c.user_id)
        .distinct()
        .where(
            chat_identities.c.organization_id == organization_id,
            chat_identities.c.platform == platform,
            chat_identities.c.user_id.in_(people),
        )
    )
    linked = set(found.scalars())
    return tuple(person for person in people if person in linked)


async def sought_among(
    connection: AsyncConnection, organization_id: str, *, platform: str, people: Sequence[str]
) -> dict[str, Sought]:
    """Those of `people` who have an address in the organization's own mail domains, where it has a workspace there."""
    workspaces = await connection.execute(
        select(chat_workspaces.c.workspace_id)
        .where(chat_workspaces.c.organization_id == organization_id, chat_workspaces.c.platform == platform)
        .order_by(chat_workspaces.c.workspace_id)
    )
    where = tuple(workspaces.scalars())
    if not where or not people:
        return {}
    found = await connection.execute(
        select(users.c.id, users.c.email, organizations.c.email_domains)
        .join(organizations, organizations.c.organization_id == users.c.organization_id)
        .where(users.c.organization_id == organization_id, users.c.id.in_(people), users.c.email.is_not(None))
    )
    return {row.id: Sought(row.email, where) for row in found if row.email.rpartition("@")[2] in row.email_domains}


async def sought(database: Database, organization_id: str, *, platform: str, user_id: str) -> Sought | None:
    """One of them."""
    async with database.snapshot() as connection:
        found = await sought_among(connection, organization_id, platform=platform, people=[user_id])
    return found.get(user_id)


async def addresses_of(database: Database, organization_id: str, *, platform: str, user_id: str) -> tuple[Address, ...]:
    """Their accounts, the one that was linked first in front: a person hears everything in one place."""
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(chat_identities.c.workspace_id, chat_identities.c.external_id)
            .where(
                chat_identities.c.organization_id == organization_id,
                chat_identities.c.platform == platform,
                chat_identities.c.user_id == user_id,
            )
            .order_by(chat_identities.c.linked_at, chat_identities.c.workspace_id, chat_identities.c.external_id)
        )
        return tuple(Address(*row) for row in found)


async def accounts_of(
    database: Database, organization_id: str, *, platform: str, workspace_id: str, people: Sequence[str]
) -> dict[str, str]:
    """The accounts of people in one workspace: user id -> the platform's id. Who has none is left out."""
    if not people:
        return {}
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(chat_identities.c.user_id, chat_identities.c.external_id)
            .where(
                chat_identities.c.organization_id == organization_id,
                chat_identities.c.platform == platform,
                chat_identities.c.workspace_id == workspace_id,
                chat_identities.c.user_id.in_(people),
            )
            .order_by(chat_identities.c.linked_at.desc(), chat_identities.c.external_id)
        )
        return {row.user_id: row.external_id for row in found}


async def address_of(database: Database, organization_id: str, *, platform: str, user_id: str) -> Address | None:
    """The first of them."""
    found = await addresses_of(database, organization_id, platform=platform, user_id=user_id)
    return found[0] if found else None
