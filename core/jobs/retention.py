"""Deleting what nobody looks at any more: what arrived long ago, old messages and events, used-up codes and ids.

Nothing decides by most of these rows: who did what stands in the audit trail, what moved in the postings; both stay.
Only a command's row decides something, whether its id was used: so it is kept for longer than anybody repeats one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, select, tuple_

from core.notify.states import DeliveryState
from core.storage.database import Database
from core.storage.tables import backlog, commands, deliveries, inbox, job_runs, link_codes, link_tries, outbox

CODES_STAY: Final = timedelta(days=1)
"""After their time is over; they live for minutes."""
UNANSWERED_STAYS: Final = timedelta(days=1)
"""What nobody has taken over by then: no server speaks to that platform any more."""

_Old = tuple[Table, tuple[ColumnElement[bool], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long rows are kept. A delivery that waits is never deleted, nor is the last success of a job.

    An event stays, too, while it is to be sent out, while a delivery of it is kept, and while it stands in an inbox.
    """

    deliveries: timedelta
    dead_letters: timedelta
    inbox: timedelta
    job_runs: timedelta
    events: timedelta
    commands: timedelta


async def prune_records(
    database: Database, keep: Retention, *, now: datetime, wall: datetime, limit: int = 1_000
) -> int:
    """Delete at most `limit` rows of each kind; return how many in all. Call again until it returns 0.

    Deliveries and messages are by the `wall` clock, everything else by the engine's (`now`). Safe with several workers.
    """
    gone = 0
    for table, conditions in (*_told(keep, wall=wall), *_done(keep, now=now)):
        gone += await _prune(database, table, conditions=conditions, limit=limit)
    return gone


def _told(keep: Retention, *, wall: datetime) -> Iterator[_Old]:
    """An event goes after what was made of it."""
    ended = (DeliveryState.DELIVERED.value, DeliveryState.SKIPPED.value)
    yield deliveries, (deliveries.c.state.in_(ended), deliveries.c.ended_at < wall - keep.deliveries)
    yield deliveries, (deliveries.c.state == DeliveryState.DEAD.value, deliveries.c.ended_at < wall - keep.dead_letters)
    yield inbox, (inbox.c.received_at < wall - keep.inbox,)
    yield backlog, (backlog.c.heard_at < wall - UNANSWERED_STAYS,)
    yield outbox, (outbox.c.dispatched_at < wall - keep.events, ~_mentioned(deliveries), ~_mentioned(inbox))


def _done(keep: Retention, *, now: datetime) -> Iterator[_Old]:
    yield job_runs, _old_runs(now - keep.job_runs)
    yield commands, (commands.c.at < now - keep.commands,)
    yield link_codes, (link_codes.c.expires_at < now - CODES_STAY,)
    yield link_tries, (link_tries.c.ends_at < now - CODES_STAY,)


def _mentioned(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.organization_id == outbox.c.organization_id, table.c.event_id == outbox.c.id)


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
