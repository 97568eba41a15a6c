"""Reading quotas, and the expiry of what they grant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.policy.periods import DEFAULT_ROLLOVER, RolloverKind, expires_on
from core.policy.quotas import Quota, quota_from
from core.storage.tables import quotas
from core.storage.transaction import Transaction


async def quota_of(tx: Transaction, owner_id: str) -> Quota | None:
    """The quota of a node or a person."""
    return (await quotas_of(tx, [owner_id])).get(owner_id)


async def quotas_of(tx: Transaction, owners: Iterable[str]) -> dict[str, Quota]:
    """The quotas of these owners; those who have none are left out."""
    found = await tx.execute(
        select(quotas).where(quotas.c.organization_id == tx.organization_id, quotas.c.owner_id.in_(sorted(owners)))
    )
    return {row.owner_id: quota_from(row) for row in found}


def own_expiry(quota: Quota | None, *, now: datetime, today: date, zone: ZoneInfo) -> date:
    """The expiry of what an owner is given now: by its quota's rollover, without a quota in 90 days."""
    window = None if quota is None else quota.schedule(zone).window_at(now)
    if quota is None or window is None:
        return today + timedelta(days=DEFAULT_ROLLOVER.count)
    return expires_on(quota.rollover, window, grant_day=today)


def later_expiry(quota: Quota, *, first: date, today: date) -> date:
    """The expiry of a part that is granted later in its period: days count from the grant, ends of periods stay."""
    if quota.rollover.kind is RolloverKind.DAYS:
        return today + timedelta(days=quota.rollover.count)
    return first
