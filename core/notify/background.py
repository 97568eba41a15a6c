"""What it takes to tell an event in words: how the organization counts, its time zone, and the names behind ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from core.storage.database import Database
from core.storage.tables import nodes, organizations, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """`people` and `places` are the handles and names of the ids that were mentioned."""

    metering: str
    credits_per_usd: Decimal
    custom_units: Mapping[str, Any]
    time_zone: str
    people: Mapping[str, str]
    places: Mapping[str, str]


async def background_of(database: Database, organization_id: str, *, mentioning: Mapping[str, Any]) -> Background:
    """What telling a payload takes. Raises StorageUnavailable."""
    ids = sorted(set(texts_in(mentioning)))
    async with database.snapshot() as connection:
        organization = (
            await connection.execute(
                select(
                    organizations.c.metering,
                    organizations.c.credits_per_usd,
                    organizations.c.custom_units,
                    organizations.c.time_zone,
                ).where(organizations.c.organization_id == organization_id)
            )
        ).one()
        people = await connection.execute(
            select(users.c.id, users.c.handle).where(users.c.organization_id == organization_id, users.c.id.in_(ids))
        )
        places = await connection.execute(
            select(nodes.c.id, nodes.c.name).where(nodes.c.organization_id == organization_id, nodes.c.id.in_(ids))
        )
        return Background(
            metering=organization.metering,
            credits_per_usd=organization.credits_per_usd,
            custom_units=organization.custom_units,
            time_zone=organization.time_zone,
            people={row.id: row.handle for row in people},
            places={row.id: row.name for row in places},
        )


def texts_in(payload: Mapping[str, Any]) -> Iterator[str]:
    """What may be an id, on the first level or in a list there: what lies deeper is about others."""
    for value in payload.values():
        parts = value if isinstance(value, list | tuple) else (value,)
        yield from (part for part in parts if isinstance(part, str))
