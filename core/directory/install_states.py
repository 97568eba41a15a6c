"""Installations that are under way in somebody's browser: each is taken up once, in time, by the browser it began in.

Only a digest is kept, of two secrets: the state that goes through the platform, and the cookie that does not.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert

from core.storage.database import Database
from core.storage.retry import Pause, Persistence
from core.storage.tables import install_states

LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """For whom an installation was begun. `actor_id` made the link; `workspace_id` where the link named one."""

    organization_id: str
    actor_id: str
    workspace_id: str | None


class InstallStates:
    """Writes and takes. Times are the wall clock's."""

    def __init__(self, database: Database, *, pause: Pause = asyncio.sleep) -> None:
        self._database: Final = database
        self._persistence: Final = Persistence(pause)

    async def begin(self, begun: Begun, *, state: str, cookie: str, now: datetime) -> None:
        """Remember it for ten minutes, and forget those whose time is over. Raises StorageUnavailable."""

        async def write() -> None:
            async with self._database.begin() as connection:
                await connection.execute(delete(install_states).where(install_states.c.expires_at <= now))
                await connection.execute(
                    insert(install_states).values(
                        organization_id=begun.organization_id,
                        digest=_digest(state, cookie),
                        begun_by=begun.actor_id,
                        workspace_id=begun.workspace_id,
                        expires_at=now + LIFE,
                    )
                )

        await self._persistence.run(write)

    async def take(self, *, state: str, cookie: str, now: datetime) -> Begun | None:
        """What was begun with both, once. Raises StorageUnavailable."""

        async def write() -> Begun | None:
            async with self._database.begin() as connection:
                taken = await connection.execute(
                    delete(install_states)
                    .where(install_states.c.digest == _digest(state, cookie))
                    .returning(
                        install_states.c.organization_id,
                        install_states.c.begun_by,
                        install_states.c.workspace_id,
                        install_states.c.expires_at,
                    )
                )
                row = taken.one_or_none()
            if row is None or row.expires_at <= now:
                return None
            return Begun(organization_id=row.organization_id, actor_id=row.begun_by, workspace_id=row.workspace_id)

        return await self._persistence.run(write)


def _digest(state: str, cookie: str) -> str:
    """Both are random text of ours and hold no space."""
    return hashlib.sha256(f"{state} {cookie}".encode()).hexdigest()
