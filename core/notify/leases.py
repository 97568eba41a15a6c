"""Taking deliveries under a lease, and writing down how they went.

A worker that dies leaves a lease behind that runs out; somebody else then delivers again. The number of the attempt is
the lease's token: who lost the lease can no longer write. Times are the wall clock's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.channel import Message
from core.notify.states import DeliveryState
from core.storage.database import Database
from core.storage.tables import deliveries, outbox

LEASE: Final = timedelta(seconds=60)
"""Longer than any channel's patience."""


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
        if (await connection.execute(_due(channel, wall=wall).limit(1))).first() is None:
            return []
    async with database.begin() as connection:
        taken = await connection.execute(
            update(deliveries)
            .where(tuple_(*_KEY).in_(_due(channel, wall=wall).limit(limit)), *_free(wall))
            .values(attempts=deliveries.c.attempts + 1, leased_until=wall + LEASE)
            .returning(*_KEY, deliveries.c.attempts)
        )
        rows = taken.all()
        messages = await _messages(connection, rows)
    taken_now = [
        Leased(messages[row.organization_id, row.event_id, row.recipient_id], channel, row.attempts) for row in rows
    ]
    return sorted(taken_now, key=lambda leased: (leased.message.at, leased.message.event_id))


async def delivered(database: Database, leased: Leased, *, wall: datetime) -> None:
    """It has arrived."""
    await _write(database, leased, state=DeliveryState.DELIVERED.value, ended_at=wall, error=None)


async def failed(database: Database, leased: Leased, *, error: str, again_at: datetime | None, wall: datetime) -> None:
    """It has not; without `again_at` it is a dead letter."""
    if again_at is None:
        await _write(database, leased, state=DeliveryState.DEAD.value, ended_at=wall, error=error)
    else:
        await _write(database, leased, due_at=again_at, error=error)


async def _write(database: Database, leased: Leased, **values: Any) -> None:  # noqa: ANN401  columns of the row
    message = leased.message
    async with database.begin() as connection:
        await connection.execute(
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


def _due(channel: str, *, wall: datetime) -> Any:  # noqa: ANN401  a select of the key's columns
    other = deliveries.alias("other")
    same_line = and_(
        other.c.organization_id == deliveries.c.organization_id,
        other.c.channel == deliveries.c.channel,
        other.c.recipient_id == deliveries.c.recipient_id,
        other.c.state == DeliveryState.WAITING.value,
    )
    under_way = other.c.leased_until > wall
    earlier = and_(
        other.c.due_at <= wall,
        tuple_(other.c.due_at, other.c.event_id) < tuple_(deliveries.c.due_at, deliveries.c.event_id),
    )
    return (
        select(*_KEY)
        .where(
            deliveries.c.channel == channel,
            *_free(wall),
            ~exists().where(same_line, or_(under_way, earlier)),
        )
        .order_by(deliveries.c.due_at, deliveries.c.event_id)
    )


async def _messages(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[tuple[str, str, str], Message]:
    wanted = sorted({(row.organization_id, row.event_id) for row in rows})
    found = await connection.execute(select(outbox).where(tuple_(outbox.c.organization_id, outbox.c.id).in_(wanted)))
    events = {(event.organization_id, event.id): event for event in found}
    return {
        (row.organization_id, row.event_id, row.recipient_id): _message(
            events[row.organization_id, row.event_id], row.recipient_id
        )
        for row in rows
    }


def _message(event: Row[Any], recipient_id: str) -> Message:
    return Message(
        organization_id=event.organization_id,
        event_id=event.id,
        type=event.type,
        at=event.at,
        payload=event.payload,
        recipient_id=recipient_id,
    )
