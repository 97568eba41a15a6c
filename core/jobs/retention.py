"""Deleting what nobody looks at any more: what arrived long ago, old messages, the old history of jobs.

Nothing decides by these rows: whether an event was dispatched stands in the outbox, who did what in the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select, tuple_

from core.notify.states import DeliveryState
from core.storage.database import Database
from core.storage.tables import deliveries, inbox, job_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long rows are kept. A delivery that waits is never deleted, nor is the last success of a job."""

    deliveries: timedelta
    dead_letters: timedelta
    inbox: timedelta
    job_runs: timedelta


async def prune_records(
    database: Database, keep: Retention, *, now: datetime, wall: datetime, limit: int = 1_000
) -> int:
    """Delete at most `limit` rows of each kind; return how many in all. Call again until it returns 0.

    The history of jobs is by the engine clock (`now`), messages by the `wall` clock. Safe with several workers.
    """
    ended = (DeliveryState.DELIVERED.value, DeliveryState.SKIPPED.value)
    arrived = (deliveries.c.state.in_(ended), deliveries.c.ended_at < wall - keep.deliveries)
    dead = (deliveries.c.state == DeliveryState.DEAD.value, deliveries.c.ended_at < wall - keep.dead_letters)
    gone = await _prune(database, deliveries, conditions=arrived, limit=limit)
    gone += await _prune(database, deliveries, conditions=dead, limit=limit)
    gone += await _prune(database, inbox, conditions=(inbox.c.received_at < wall - keep.inbox,), limit=limit)
    gone += await _prune(database, job_runs, conditions=_old_runs(now - keep.job_runs), limit=limit)
    return gone


def _old_runs(bound: datetime) -> tuple[ColumnElement[bool], ...]:
    run = job_runs.c
    job = (run.organization_id, run.job)
    last = select(*job, func.max(run.ran_at)).where(run.refused.is_(None)).group_by(*job)
    return (run.ran_at < bound, tuple_(*job, run.ran_at).not_in(last))


async def _prune(database: Database, table: Table, *, conditions: Sequence[ColumnElement[bool]], limit: int) -> int:
    key: tuple[Column[Any], ...] = tuple(table.primary_key.columns)
    async with database.snapshot() as connection:
        found = (await connection.execute(select(*key).where(*conditions).limit(limit))).all()
    if not found:
        return 0
    async with database.begin() as connection:
        # What was replayed in between waits again, and is not deleted.
        gone = await connection.execute(
            delete(table).where(tuple_(*key).in_([tuple(row) for row in found]), *conditions)
        )
        return gone.rowcount
