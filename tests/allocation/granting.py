"""Short words for the tests of quotas: set one, let time pass with the jobs running, look at the books."""

from __future__ import annotations

from datetime import date, datetime

from core.allocation.set_quota import QuotaSet, SetQuota
from core.jobs.due import run_due
from core.policy.periods import DEFAULT_ROLLOVER, Period, Rollover
from tests.company import Company

FIRST = date(2026, 1, 1)
"""Monthly periods begin on the first, daily ones every day."""


async def set_quota(
    company: Company,
    whose: str,
    amount: int,
    *,
    by: str = "operator",
    period: Period = Period.MONTHLY,
    anchor: date = FIRST,
    rollover: Rollover = DEFAULT_ROLLOVER,
    grant_now: bool = False,
    valid_until: date | None = None,
) -> QuotaSet:
    """Set the quota of a person or a node."""
    return await company.run(
        SetQuota,
        by=by,
        owner_id=company.users.get(whose) or company.node(whose),
        amount=amount,
        typed=f"{amount:,}",
        period=period,
        anchor=anchor,
        rollover=rollover,
        grant_now=grant_now,
        valid_until=valid_until,
    )


async def until(company: Company, moment: datetime) -> list[str]:
    """Let time pass and the jobs do what has fallen due."""
    company.clock.at = moment
    return await run_due(company.engine, company.database, until=moment)
