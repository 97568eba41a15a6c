"""What it takes to tell an event in words: how the organization counts, its time zone, and the names behind ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

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
        people, places = await names_in(connection, organization_id, mentioning=(mentioning,))
        return Background(
            metering=organization.metering,
            credits_per_usd=organization.credits_per_usd,
            custom_units=organization.custom_units,
            time_zone=organization.time_zone,
            people=people,
            places=places,
        )


async def names_in(
    connection: AsyncConnection, organization_id: str, *, mentioning: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The handles of the people and the names of the places whose ids these payloads mention."""
    ids = sorted({text for payload in mentioning for text in _texts(payload)})
    people = await connection.execute(
        select(users.c.id, users.c.handle).where(users.c.organization_id == organization_id, users.c.id.in_(ids))
    )
    places = await connection.execute(
        select(nodes.c.id, nodes.c.name).where(nodes.c.organization_id == organization_id, nodes.c.id.in_(ids))
    )
    return {row.id: row.handle for row in people}, {row.id: row.name for row in places}


def _texts(payload: Mapping[str, Any]) -> Iterator[str]:
    """What may be an id, on the first level or in a list there: what lies deeper is about others."""
    for value in payload.values():
        parts = value if isinstance(value, list | tuple) else (value,)
        yield from (part for part in parts if isinstance(part, str))
