"""Which pools are to be filled up, and when: the same for the job that looks and for the deed that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.places import path_from
from core.directory.policies import pool_policy_history
from core.pools.quotas import PoolQuota, next_due, pool_quota_from
from core.storage.tables import nodes, pool_quotas


@dataclass(frozen=True, slots=True)
class Filling:
    """A pool with a quota, from whose budget it is filled up, and when next."""

    quota: PoolQuota
    parent_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueFilling:
    """Pools right below a parent are to be filled up; `first` is the smallest id of their teams."""

    at: datetime
    parent_id: str
    first: str


async def fillings(connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo) -> list[Filling]:
    """Of every living team whose pool has a quota, in the order of their ids."""
    found = await connection.execute(
        select(pool_quotas, nodes.c.parent_id, nodes.c.path)
        .join(
            nodes,
            (nodes.c.organization_id == pool_quotas.c.organization_id) & (nodes.c.id == pool_quotas.c.team_id),
        )
        .where(pool_quotas.c.organization_id == organization_id, nodes.c.archived_at.is_(None))
        .order_by(pool_quotas.c.team_id)
    )
    rows = found.all()
    paths = [path_from(row.path) for row in rows]
    histories = await pool_policy_history(connection, organization_id, paths=paths) if rows else []
    return [
        Filling(pool_quota_from(row), row.parent_id, next_due(history, after=row.served_to, zone=zone))
        for row, history in zip(rows, histories, strict=True)
    ]


async def pools_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[DueFilling]:
    """The next moment of every pool that is reached, those of one budget together."""
    due: dict[tuple[datetime, str], DueFilling] = {}
    for item in await fillings(connection, organization_id, zone=zone):
        if item.at <= until:
            due.setdefault((item.at, item.parent_id), DueFilling(item.at, item.parent_id, item.quota.team_id))
    return list(due.values())
