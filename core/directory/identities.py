"""Who a chat account is. Asked before anybody acts, so it needs no actor; the engine checks the actor afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.platforms import Platform
from core.refusals import Because, Refused, refuse
from core.storage.database import Database
from core.storage.retry import Pause, Persistence
from core.storage.tables import chat_identities, chat_workspaces, organizations, users


@dataclass(frozen=True, slots=True)
class Identity:
    """A person here. `is_linked`: known by the linked account, not only by a verified address."""

    organization_id: str
    user_id: str
    handle: str
    is_linked: bool


@dataclass(frozen=True, slots=True)
class ChatAccount:
    """An account as the platform names it. `verified_email` only when the platform vouches for it."""

    platform: Platform
    workspace_id: str
    external_id: str
    verified_email: str | None = None


class WhoIsWho(Protocol):
    """What front ends ask. An adapter may know more than the database: what its platform vouches for."""

    async def who(self, account: ChatAccount) -> Identity:
        """The person. Raises Refused, StorageUnavailable."""
        ...

    async def organization_of(self, account: ChatAccount) -> str:
        """The organization whose workspace it is. Raises Refused (UNKNOWN_ORGANIZATION), StorageUnavailable."""
        ...


class Identities:
    """Looks chat accounts up."""

    def __init__(self, database: Database, *, pause: Pause = asyncio.sleep) -> None:
        self._database: Final = database
        self._persistence: Final = Persistence(pause)

    async def who(self, account: ChatAccount) -> Identity:
        """The person: by linked account, else by verified address in one of the organization's own domains.

        Raises Refused (UNKNOWN_ORGANIZATION: nobody's workspace; UNKNOWN_USER: not linked; INACTIVE_USER: has left),
        StorageUnavailable.
        """
        return await self._persistence.run(lambda: self._who(account))

    async def organization_of(self, account: ChatAccount) -> str:
        """The organization whose workspace it is. Raises Refused (UNKNOWN_ORGANIZATION), StorageUnavailable."""
        return await self._persistence.run(lambda: self._organization_of(account))

    async def _organization_of(self, account: ChatAccount) -> str:
        async with self._database.snapshot() as connection:
            found: str = (await _organization(connection, account)).organization_id
            return found

    async def _who(self, account: ChatAccount) -> Identity:
        if not all(map(str.isprintable, (account.workspace_id, account.external_id, account.verified_email or ""))):
            raise Refused(refuse(Because.UNKNOWN_USER, platform=account.platform.value))
        async with self._database.snapshot() as connection:
            organization = await _organization(connection, account)
            linked = await _linked(connection, account, organization_id=organization.organization_id)
            found = linked or await _by_email(connection, account, organization=organization)
            if found is None:
                raise Refused(refuse(Because.UNKNOWN_USER, platform=account.platform.value))
            if found.deactivated_at is not None:
                raise Refused(refuse(Because.INACTIVE_USER, user=found.id))
            return Identity(organization.organization_id, found.id, found.handle, linked is not None)


@dataclass(frozen=True, slots=True)
class _Found:
    id: str
    handle: str
    deactivated_at: datetime | None


async def _organization(connection: AsyncConnection, account: ChatAccount) -> Row[Any, Any]:
    found = await connection.execute(
        select(organizations.c.organization_id, organizations.c.email_domains)
        .join(chat_workspaces, chat_workspaces.c.organization_id == organizations.c.organization_id)
        .where(
            chat_workspaces.c.platform == account.platform.value,
            chat_workspaces.c.workspace_id == account.workspace_id,
        )
    )
    row = found.one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_ORGANIZATION, platform=account.platform.value))
    return row


async def _linked(connection: AsyncConnection, account: ChatAccount, *, organization_id: str) -> _Found | None:
    same = and_(users.c.organization_id == chat_identities.c.organization_id, users.c.id == chat_identities.c.user_id)
    found = await connection.execute(
        select(users.c.id, users.c.handle, users.c.deactivated_at)
        .join(chat_identities, same)
        .where(
            chat_identities.c.organization_id == organization_id,
            chat_identities.c.platform == account.platform.value,
            chat_identities.c.workspace_id == account.workspace_id,
            chat_identities.c.external_id == account.external_id,
        )
    )
    row = found.one_or_none()
    return None if row is None else _Found(*row)


async def _by_email(connection: AsyncConnection, account: ChatAccount, *, organization: Row[Any, Any]) -> _Found | None:
    email = (account.verified_email or "").strip().lower()
    if email.rpartition("@")[2] not in organization.email_domains:
        return None
    found = await connection.execute(
        select(users.c.id, users.c.handle, users.c.deactivated_at).where(
            users.c.organization_id == organization.organization_id,
            users.c.email == email,
            users.c.is_service.is_(False),
        )
    )
    rows = found.all()
    return _Found(*rows[0]) if len(rows) == 1 else None
