"""The installs and their tokens, opened for whoever speaks to the platform.

Renewing a token is nobody's deed: like a lease on a delivery it is written here, without command and audit event.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, or_, select, update

from core.directory.install_workspace import SealedTokens
from core.directory.platforms import Platform
from core.storage.database import Database
from core.storage.retry import Pause, Persistence
from core.storage.tables import chat_installs
from core.storage.vault import Vault

LEASE: Final = timedelta(seconds=60)
"""For one renewal. Longer than the platform may take to answer: a token that renews others is good for one use only."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a platform gives. `refresh_token` and `expires_at` only where tokens are rotated."""

    token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInstall:
    """One install. `generation` counts the renewals."""

    organization_id: str
    platform: Platform
    workspace_id: str
    bot_user_id: str | None
    tokens: Tokens
    generation: int


class Installs:
    """Reads, seals and renews. All times are the wall clock's."""

    def __init__(self, database: Database, vault: Vault, *, pause: Pause = asyncio.sleep) -> None:
        self._database: Final = database
        self._vault: Final = vault
        self._persistence: Final = Persistence(pause)

    async def find(self, platform: Platform, workspace_id: str) -> StoredInstall | None:
        """The install. Raises Unsealable, StorageUnavailable."""
        rows = await self._rows(and_(chat_installs.c.platform == platform.value, _in(workspace_id)))
        return self._opened(rows[0]) if rows else None

    async def ending(self, platform: Platform, *, before: datetime) -> list[str]:
        """The workspaces whose tokens end before then."""
        rows = await self._rows(and_(chat_installs.c.platform == platform.value, chat_installs.c.expires_at < before))
        return [row.workspace_id for row in rows]

    async def lease(self, install: StoredInstall, *, now: datetime) -> bool:
        """Whether the renewal of this generation is ours alone, for a minute."""
        free = or_(chat_installs.c.leased_until.is_(None), chat_installs.c.leased_until < now)
        return await self._write(install, free, leased_until=now + LEASE)

    async def renewed(self, install: StoredInstall, tokens: Tokens) -> bool:
        """Keep what followed; False when another install or renewal came first."""
        sealed = self.seal(
            tokens,
            organization_id=install.organization_id,
            platform=install.platform,
            workspace_id=install.workspace_id,
        )
        return await self._write(
            install,
            sealed_token=sealed.token,
            sealed_refresh_token=sealed.refresh_token,
            expires_at=sealed.expires_at,
            generation=install.generation + 1,
            leased_until=None,
        )

    async def give_back(self, install: StoredInstall) -> None:
        """End the lease of a renewal that was not to be had, so that the next one need not wait for its end."""
        await self._write(install, leased_until=None)

    def seal(self, tokens: Tokens, *, organization_id: str, platform: Platform, workspace_id: str) -> SealedTokens:
        """For the row of that workspace, and no other."""
        row = (organization_id, platform.value, workspace_id)
        refresh = tokens.refresh_token
        return SealedTokens(
            token=self._vault.seal(tokens.token, place=("chat_installs", "sealed_token", *row)),
            refresh_token=None if refresh is None else self._vault.seal(refresh, place=_refresh(row)),
            expires_at=tokens.expires_at,
        )

    def _opened(self, row: Row[Any]) -> StoredInstall:
        key = (row.organization_id, row.platform, row.workspace_id)
        refresh = row.sealed_refresh_token
        return StoredInstall(
            organization_id=row.organization_id,
            platform=Platform(row.platform),
            workspace_id=row.workspace_id,
            bot_user_id=row.bot_user_id,
            tokens=Tokens(
                token=self._vault.open(row.sealed_token, place=("chat_installs", "sealed_token", *key)),
                refresh_token=None if refresh is None else self._vault.open(refresh, place=_refresh(key)),
                expires_at=row.expires_at,
            ),
            generation=row.generation,
        )

    async def _rows(self, which: ColumnElement[bool]) -> list[Row[Any]]:
        async def read() -> list[Row[Any]]:
            async with self._database.snapshot() as connection:
                return list((await connection.execute(select(chat_installs).where(which))).all())

        return await self._persistence.run(read)

    async def _write(self, install: StoredInstall, *more: ColumnElement[bool], **values: object) -> bool:
        same = (
            chat_installs.c.organization_id == install.organization_id,
            chat_installs.c.platform == install.platform.value,
            _in(install.workspace_id),
            chat_installs.c.generation == install.generation,
        )

        async def write() -> bool:
            async with self._database.begin() as connection:
                done = await connection.execute(update(chat_installs).where(*same, *more).values(**values))
                return done.rowcount == 1

        return await self._persistence.run(write)


def _in(workspace_id: str) -> ColumnElement[bool]:
    return chat_installs.c.workspace_id == workspace_id


def _refresh(row: tuple[str, str, str]) -> tuple[str, ...]:
    return ("chat_installs", "sealed_refresh_token", *row)
