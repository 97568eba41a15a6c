"""What pools are filled up to, and the moments at which that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from core.directory.policies import Since
from core.policy.periods import day_of, start_of
from core.policy.pool import FillingSchedule, PoolPolicy
from core.storage.tables import pool_quotas
from core.storage.transaction import Transaction

_ONE_DAY: Final = timedelta(days=1)
_ONE_HOUR: Final = timedelta(hours=1)
_INSTANT: Final = timedelta(microseconds=1)
"""The resolution of stored times."""


@dataclass(frozen=True, slots=True)
class PoolQuota:
    """`served_to` is the last moment at which the pool was filled up, or that from which on it shall be."""

    team_id: str
    amount: int
    typed: str
    served_to: datetime
    is_short: bool


async def pool_quota(tx: Transaction, team_id: str) -> PoolQuota | None:
    """Of one team."""
    found = await tx.execute(
        select(pool_quotas).where(pool_quotas.c.organization_id == tx.organization_id, pool_quotas.c.team_id == team_id)
    )
    row = found.one_or_none()
    return None if row is None else pool_quota_from(row)


def pool_quota_from(row: Row[Any]) -> PoolQuota:
    """Read a row."""
    return PoolQuota(row.team_id, row.amount, row.typed, row.served_to, row.is_short)


def next_due(history: Sequence[Since[PoolPolicy]], *, after: datetime, zone: ZoneInfo) -> datetime:
    """When a pool is filled up after a moment, by the schedule that counts then.

    `history` is every policy with the moment from which it counts, oldest first: a run that is late goes by the
    schedule of the moment that it makes up for.
    """
    ends = [later.since for later in history[1:]]
    for policy, until in zip(history, ends, strict=False):
        at = _filling(policy, after=after, zone=zone)
        if at < until:
            return at
    return _filling(history[-1], after=after, zone=zone)


def _filling(policy: Since[PoolPolicy], *, after: datetime, zone: ZoneInfo) -> datetime:
    earliest = max(after, policy.since - _INSTANT)
    return next_filling(policy.policy.replenishment.schedule, after=earliest, zone=zone)


def next_filling(schedule: FillingSchedule, *, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment later than `after` (aware): a full hour, or where a Monday or a month begins in `zone`."""
    if schedule is FillingSchedule.CONTINUOUS:
        return after.replace(minute=0, second=0, microsecond=0) + _ONE_HOUR
    day = day_of(after, zone) + _ONE_DAY
    while (day.weekday() if schedule is FillingSchedule.WEEKLY else day.day - 1) != 0:
        day += _ONE_DAY
    return start_of(day, zone)
