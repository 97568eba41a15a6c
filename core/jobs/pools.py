"""Pools that are to be filled up."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import ACTOR, Due, Rank
from core.pools.filling import pools_due
from core.pools.replenish_pools import ReplenishPools


async def fillings_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[Due]:
    """The next moment of every pool, those of one budget in one deed."""
    return [
        Due(
            item.at,
            Rank.POOL,
            0,
            ReplenishPools(
                id=f"replenish:{item.parent_id}:{item.at.isoformat()}:{item.first}",
                organization_id=organization_id,
                actor=ACTOR,
                parent_id=item.parent_id,
                due=item.at,
            ),
        )
        for item in await pools_due(connection, organization_id, zone=zone, until=until)
    ]
