"""What is done every few seconds rather than at a due moment: how it stands, and the history of what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.runs import JobRun, JobState, last_success, write_run
from core.ledger.holds import HoldState
from core.storage.database import Database
from core.storage.tables import audit_events, audit_unsealed, holds


class Chore(StrEnum):
    """The sweeper ends holds whose time is over; the sealer puts waiting audit events under a signed head."""

    SWEEP = "sweep"
    SEAL = "seal"


CHORES = tuple(chore.value for chore in Chore)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a chore in one organization, and since when."""

    organization_id: str
    count: int
    since: datetime


async def waiting_for(database: Database, chore: Chore, *, now: datetime) -> list[Waiting]:
    """By organization; those for which nothing waits are left out."""
    async with database.snapshot() as connection:
        found = await connection.execute(_waiting(chore, now=now))
        return [Waiting(*row) for row in found]


async def note_chore(database: Database, chore: Chore, *, done: Sequence[Waiting], now: datetime) -> None:
    """Write into each organization's history that what waited was done. Raises StorageUnavailable."""
    for item in done:
        run = JobRun(chore.value, f"{chore.value}:{now.isoformat()}", item.since, now, None)
        await write_run(database, item.organization_id, run=run)


async def chore_states(database: Database, organization_id: str, *, now: datetime) -> list[JobState]:
    """Every chore."""
    async with database.snapshot() as connection:
        return [await _state(connection, organization_id, chore=chore, now=now) for chore in Chore]


async def _state(connection: AsyncConnection, organization_id: str, *, chore: Chore, now: datetime) -> JobState:
    found = await connection.execute(_waiting(chore, now=now))
    rows = [Waiting(*row) for row in found]
    ours = next((row for row in rows if row.organization_id == organization_id), None)
    last = await last_success(connection, organization_id, job=chore.value)
    return JobState(chore.value, last, ours.count if ours else 0, ours.since if ours else None)


def _waiting(chore: Chore, *, now: datetime) -> Select[str, int, datetime]:
    if chore is Chore.SWEEP:
        return (
            select(holds.c.organization_id, func.count(), func.min(holds.c.expires_at))
            .where(holds.c.state == HoldState.OPEN.value, holds.c.expires_at <= now)
            .group_by(holds.c.organization_id)
        )
    return (
        select(audit_unsealed.c.organization_id, func.count(), func.min(audit_events.c.at))
        .join(
            audit_events,
            (audit_events.c.organization_id == audit_unsealed.c.organization_id)
            & (audit_events.c.id == audit_unsealed.c.event_id),
        )
        .group_by(audit_unsealed.c.organization_id)
    )
