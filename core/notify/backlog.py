"""What was acknowledged before it was answered: should the process die meanwhile, another one answers.

Whoever keeps an entry answers it and forgets it; one that nobody has forgotten within its lease is taken over. Times
are the wall clock's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.retry import Pause, Persistence
from core.storage.tables import backlog, chat_workspaces
from core.storage.together import Together

LEASE: Final = timedelta(seconds=60)
"""Longer than any answer takes. An answer that takes longer still may come twice; what it did, it did once."""
AT_A_TIME: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What somebody waits for. `kind` and `payload` are the front end's own: what was heard, as it came."""

    id: str
    platform: str
    workspace_id: str
    kind: str
    payload: Mapping[str, Any]
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class _Change:
    """One to be kept, or to be forgotten."""

    entry: Unanswered
    is_kept: bool


class Backlog:
    """Keeps, forgets, takes over. All raise StorageUnavailable."""

    def __init__(self, database: Database, *, pause: Pause = asyncio.sleep) -> None:
        self._database: Final = database
        self._persistence: Final = Persistence(pause)
        self._changes: Final = Together(self._write)

    async def keep(self, entry: Unanswered) -> None:
        """Write down that somebody waits; nothing where the workspace is nobody's, who are only told so."""
        await self._changes.add(_Change(entry, is_kept=True))

    async def forget(self, entry: Unanswered) -> None:
        """It is answered. A `keep` that is still under way is waited for."""
        await self._changes.add(_Change(entry, is_kept=False))

    async def take_over(self, platform: str, *, wall: datetime) -> list[Unanswered]:
        """Some whose lease has run out, oldest first, under a lease of ours; of two who ask, one gets each."""
        return await self._persistence.run(lambda: self._taken(platform, wall))

    async def _write(self, changes: Sequence[_Change]) -> None:
        await self._persistence.run(lambda: self._written(changes))

    async def _written(self, changes: Sequence[_Change]) -> None:
        gone = {change.entry.id for change in changes if not change.is_kept}
        kept = [change.entry for change in changes if change.is_kept and change.entry.id not in gone]
        async with self._database.begin() as connection:
            if kept and (rows := await _rows(connection, kept)):
                # After a commit whose answer was lost they are there already.
                await connection.execute(insert_into(connection, backlog).on_conflict_do_nothing(), rows)
            if gone:
                await connection.execute(delete(backlog).where(backlog.c.id.in_(gone)))

    async def _taken(self, platform: str, wall: datetime) -> list[Unanswered]:
        is_left = (backlog.c.platform == platform, backlog.c.leased_until <= wall)
        async with self._database.snapshot() as connection:
            first = select(backlog.c.id).where(*is_left).order_by(backlog.c.heard_at).limit(AT_A_TIME)
            ids = (await connection.execute(first)).scalars().all()
        if not ids:
            return []
        async with self._database.begin() as connection:
            taken = await connection.execute(
                update(backlog)
                .where(backlog.c.id.in_(ids), *is_left)
                .values(leased_until=wall + LEASE)
                .returning(*(backlog.c[name] for name in Unanswered.__slots__))
            )
            left = [Unanswered(**row) for row in taken.mappings()]
        return sorted(left, key=lambda entry: entry.heard_at)


async def _rows(connection: AsyncConnection, entries: Sequence[Unanswered]) -> list[dict[str, Any]]:
    """Those of workspaces that are somebody's."""
    place = tuple_(chat_workspaces.c.platform, chat_workspaces.c.workspace_id)
    wanted = {(entry.platform, entry.workspace_id) for entry in entries}
    found = await connection.execute(select(chat_workspaces).where(place.in_(wanted)))
    whose = {(row.platform, row.workspace_id): row.organization_id for row in found}
    return [
        asdict(entry) | {"organization_id": organization_id, "leased_until": entry.heard_at + LEASE}
        for entry in entries
        if (organization_id := whose.get((entry.platform, entry.workspace_id)))
    ]
