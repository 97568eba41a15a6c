"""What the jobs have done, and how far behind they are. Written for people to look at; nothing decides by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import Due, Rank
from core.refusals import Because
from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.retry import Persistence
from core.storage.tables import job_runs


@dataclass(frozen=True, slots=True)
class JobRun:
    """One thing that fell due and was done, or `refused` for a reason. Times are the engine clock's."""

    job: str
    command_id: str
    due_at: datetime
    ran_at: datetime
    refused: str | None

    @property
    def lag(self) -> timedelta:
        """How late it was."""
        return self.ran_at - self.due_at


def job_name(rank: Rank) -> str:
    """`refresh`, `request-end`."""
    return rank.name.lower().replace("_", "-")


JOBS = tuple(job_name(rank) for rank in Rank)
"""In the order in which things are done that fall due at one moment."""


async def note_run(database: Database, due: Due, *, ran_at: datetime, refused: Because | None) -> None:
    """Write down that it was done; of two workers the first one's row stays. Raises StorageUnavailable."""
    run = JobRun(job_name(due.rank), due.command.id, due.at, ran_at, None if refused is None else refused.value)
    await write_run(database, due.command.organization_id, run=run)


async def write_run(database: Database, organization_id: str, *, run: JobRun) -> None:
    """Write a line of the history, unless somebody else has. Raises StorageUnavailable."""
    row = asdict(run) | {"organization_id": organization_id}

    async def once() -> None:
        async with database.begin() as connection:
            await connection.execute(insert_into(connection, job_runs).values(**row).on_conflict_do_nothing())

    await Persistence(asyncio.sleep).run(once)


async def latest_runs(
    connection: AsyncConnection, organization_id: str, *, job: str | None = None, limit: int
) -> Sequence[JobRun]:
    """Newest first, of one job or of all."""
    wanted = select(job_runs).where(job_runs.c.organization_id == organization_id)
    if job is not None:
        wanted = wanted.where(job_runs.c.job == job)
    found = await connection.execute(wanted.order_by(job_runs.c.ran_at.desc(), job_runs.c.due_at.desc()).limit(limit))
    return [JobRun(row.job, row.command_id, row.due_at, row.ran_at, row.refused) for row in found]


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands: its last success, and what waits for it now (`waiting_since`: the oldest of that)."""

    job: str
    last: JobRun | None
    waiting: int
    waiting_since: datetime | None


async def job_states(database: Database, organization_id: str, *, waiting: Sequence[Due]) -> list[JobState]:
    """Every job, with what `waiting` says is due."""
    async with database.snapshot() as connection:
        return [await _state(connection, organization_id, rank=rank, waiting=waiting) for rank in Rank]


async def _state(connection: AsyncConnection, organization_id: str, *, rank: Rank, waiting: Sequence[Due]) -> JobState:
    last = await last_success(connection, organization_id, job=job_name(rank))
    due = [item.at for item in waiting if item.rank is rank]
    return JobState(job_name(rank), last, len(due), min(due, default=None))


async def last_success(connection: AsyncConnection, organization_id: str, *, job: str) -> JobRun | None:
    """The last time that a job did something."""
    found = await connection.execute(
        select(job_runs)
        .where(job_runs.c.organization_id == organization_id, job_runs.c.job == job, job_runs.c.refused.is_(None))
        .order_by(job_runs.c.ran_at.desc(), job_runs.c.due_at.desc())
        .limit(1)
    )
    row = found.first()
    return JobRun(row.job, row.command_id, row.due_at, row.ran_at, row.refused) if row else None
