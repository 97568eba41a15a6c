"""From an event in the outbox to one delivery per channel and recipient, in one transaction: all of them or none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.notify.audience import NOBODY, Audience
from core.notify.audiences import AUDIENCES
from core.notify.channel import Channel, Event
from core.notify.choices import wanting
from core.notify.news import Way
from core.notify.recipients import Directory
from core.notify.states import ROUTING, DeliveryState
from core.storage.database import Database
from core.storage.inserting import insert_into
from core.storage.tables import deliveries, outbox

log = logging.getLogger(__name__)

_WAITING: Final = outbox.c.dispatched_at.is_(None)


async def fan_out(database: Database, *, channels: Sequence[Channel], wall: datetime, limit: int) -> int:
    """Turn at most `limit` events into deliveries that are due at once; return how many events there were.

    Of two workers at the same events the second finds them dispatched.
    """
    async with database.snapshot() as connection:
        # A look takes no lock; most of the time there is nothing.
        if (await connection.execute(select(outbox.c.id).where(_WAITING).limit(1))).first() is None:
            return 0
    async with database.begin() as connection:
        events = await _taken(connection, wall=wall, limit=limit)
        rows = [row for event in events for row in await _deliveries(connection, event, channels=channels, wall=wall)]
        if rows:
            await connection.execute(insert_into(connection, deliveries).on_conflict_do_nothing(), rows)
    return len(events)


async def _taken(connection: AsyncConnection, *, wall: datetime, limit: int) -> Sequence[Row[Any]]:
    key = (outbox.c.organization_id, outbox.c.id)
    oldest = select(*key).where(_WAITING).order_by(outbox.c.at, outbox.c.id).limit(limit)
    taken = await connection.execute(
        update(outbox)
        .where(tuple_(*key).in_(oldest), _WAITING)
        .values(dispatched_at=wall)
        .returning(*key, outbox.c.type, outbox.c.payload, outbox.c.at)
    )
    return taken.all()


async def _deliveries(
    connection: AsyncConnection, event: Row[Any], *, channels: Sequence[Channel], wall: datetime
) -> list[dict[str, Any]]:
    audience = _audience(event)
    if audience is None:
        return [_row(event, channel=ROUTING, recipient_id="", wall=wall) | _UNREADABLE]
    people = await Directory(connection, event.organization_id, event.at).people_in(audience)
    happened = Event(organization_id=event.organization_id, id=event.id, type=event.type, payload=event.payload)
    want = await wanting(connection, event.organization_id, event_type=event.type, people=people)
    reached = {
        channel.name: tuple(await channel.recipients(connection, happened, people=want(channel.name)))
        for channel in channels
    }
    if Way.IN_APP in reached:
        reached[Way.IN_APP.value] += _nowhere(reached, want)
    return [
        _row(event, channel=name, recipient_id=recipient, wall=wall)
        for name, recipients in reached.items()
        for recipient in recipients
    ]


def _nowhere(reached: Mapping[str, Sequence[str]], want: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """Who wants to hear of it, and by no way that leads anywhere."""
    told = {person for way in Way for person in reached.get(way, ())}
    wanted = dict.fromkeys(person for way in Way for person in want(way.value))
    return tuple(person for person in wanted if person not in told)


def _audience(event: Row[Any]) -> Audience | None:
    """Who must hear it; nobody of an event that nobody knows; None when its payload is not what its type says.

    One such event is a dead letter at once, so that it holds up no others.
    """
    find = AUDIENCES.get(event.type)
    if find is None:
        return NOBODY
    try:
        return find(event.payload)
    except (KeyError, TypeError, AttributeError) as error:
        log.exception("an event has a payload that does not fit its type", extra={"event": event.id}, exc_info=error)
        return None


def _row(event: Row[Any], *, channel: str, recipient_id: str, wall: datetime) -> dict[str, Any]:
    return {
        "organization_id": event.organization_id,
        "event_id": event.id,
        "channel": channel,
        "recipient_id": recipient_id,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
        "due_at": wall,
        "error": None,
    }


_UNREADABLE: Final = {"state": DeliveryState.DEAD.value, "error": "its payload does not fit its type"}
