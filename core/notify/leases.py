"""Taking deliveries under a lease, and writing down how they went.

A worker that dies leaves a lease behind that runs out; somebody else then delivers again. The number of the attempt is
the lease's token: who lost the lease can no longer write. Times are the wall clock's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Update, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.channel import Message
from core.notify.news import IN_CHAT, Way
from core.notify.states import DeliveryState
from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.tables import deliveries, outbox

LEASE: Final = timedelta(seconds=60)
"""Longer than any channel's patience."""
LOOKED_AT: Final = 4
"""How many in line are looked at for each that may be taken."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that is ours until its lease ends. `attempt` counts from 1."""

    message: Message
    channel: str
    attempt: int


async def lease(database: Database, channel: str, *, wall: datetime, limit: int) -> list[Leased]:
    """At most `limit` deliveries of a channel that are due, soonest first.

    Of each recipient only the first in line, and none while another is under way: whoever answers slowly holds up
    nobody else, and what one person is told arrives in order.
    """
    async with database.snapshot() as connection:
        chosen = await _first_in_line(connection, channel, wall=wall, limit=limit)
    if not chosen:
        return []
    async with database.begin() as connection:
        taken = await connection.execute(
            update(deliveries)
            .where(tuple_(*_KEY).in_(chosen), *_free(wall))
            .values(attempts=deliveries.c.attempts + 1, leased_until=wall + LEASE)
            .returning(*_KEY, deliveries.c.attempts)
        )
        leased = await _with_messages(connection, taken.all())
    return sorted(leased, key=lambda item: (item.message.at, item.message.event_id))


async def delivered(database: Database, leased: Leased, *, wall: datetime) -> None:
    """It has arrived."""
    await _write(database, leased, state=DeliveryState.DELIVERED.value, ended_at=wall, error=None)


async def skipped(database: Database, leased: Leased, *, reason: str, wall: datetime) -> None:
    """Nobody was there. Where it was a way to a person, the inbox takes over, which needs nobody's leave."""
    ended = _changed(leased, state=DeliveryState.SKIPPED.value, ended_at=wall, error=reason)
    message = leased.message
    async with database.begin() as connection:
        is_ours = (await connection.execute(ended)).rowcount > 0
        if is_ours and leased.channel in IN_CHAT:
            await connection.execute(
                insert_into(connection, deliveries)
                .values(
                    organization_id=message.organization_id,
                    event_id=message.event_id,
                    channel=Way.IN_APP.value,
                    recipient_id=message.recipient_id,
                    state=DeliveryState.WAITING.value,
                    attempts=0,
                    due_at=wall,
                )
                .on_conflict_do_nothing()
            )


async def failed(database: Database, leased: Leased, *, error: str, again_at: datetime | None, wall: datetime) -> None:
    """It has not; without `again_at` it is a dead letter."""
    if again_at is None:
        await _write(database, leased, state=DeliveryState.DEAD.value, ended_at=wall, error=error)
    else:
        await _write(database, leased, due_at=again_at, error=error)


async def _write(database: Database, leased: Leased, **values: Any) -> None:  # noqa: ANN401  columns of the row
    async with database.begin() as connection:
        await connection.execute(_changed(leased, **values))


def _changed(leased: Leased, **values: Any) -> Update:  # noqa: ANN401  columns of the row
    """While the lease is ours."""
    message = leased.message
    return (
        update(deliveries)
        .where(
            deliveries.c.organization_id == message.organization_id,
            deliveries.c.event_id == message.event_id,
            deliveries.c.channel == leased.channel,
            deliveries.c.recipient_id == message.recipient_id,
            deliveries.c.state == DeliveryState.WAITING.value,
            deliveries.c.attempts == leased.attempt,
        )
        .values(leased_until=None, **values)
    )


_KEY: Final = (
    deliveries.c.organization_id,
    deliveries.c.event_id,
    deliveries.c.channel,
    deliveries.c.recipient_id,
)


def _free(wall: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is checked again when the row is locked."""
    return (
        deliveries.c.state == DeliveryState.WAITING.value,
        deliveries.c.due_at <= wall,
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= wall),
    )


async def _first_in_line(
    connection: AsyncConnection, channel: str, *, wall: datetime, limit: int
) -> list[tuple[str, str, str, str]]:
    """The keys of what may be taken, in one snapshot. Two workers choose alike; who comes second gets nothing.

    Whoever has many in line is passed over from the next look on, while one of them is under way.
    """
    line = (deliveries.c.organization_id, deliveries.c.recipient_id)
    busy = await connection.execute(
        select(*line).where(deliveries.c.channel == channel, deliveries.c.leased_until > wall)
    )
    found = await connection.execute(
        select(*_KEY)
        .where(deliveries.c.channel == channel, *_free(wall), tuple_(*line).not_in([tuple(row) for row in busy]))
        .order_by(deliveries.c.due_at, deliveries.c.event_id)
        .limit(limit * LOOKED_AT)
    )
    first: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for row in found:
        first.setdefault((row.organization_id, row.recipient_id), tuple(row))
    return list(first.values())[:limit]


async def _with_messages(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Leased]:
    wanted = sorted({(row.organization_id, row.event_id) for row in rows})
    found = await connection.execute(select(outbox).where(tuple_(outbox.c.organization_id, outbox.c.id).in_(wanted)))
    events = {(event.organization_id, event.id): event for event in found}
    return [
        Leased(_message(events[row.organization_id, row.event_id], row.recipient_id), row.channel, row.attempts)
        for row in rows
    ]


def _message(event: Row[Any], recipient_id: str) -> Message:
    return Message(
        organization_id=event.organization_id,
        event_id=event.id,
        type=event.type,
        at=event.at,
        payload=event.payload,
        recipient_id=recipient_id,
    )
