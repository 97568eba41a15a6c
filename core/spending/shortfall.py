"""What a person is told when their credits do not cover a call: what is there, and when more comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.principals import Principal
from core.policy.periods import Period, Schedule
from core.refusals import Because, Refusal, refuse
from core.storage.tables import quotas


async def explain(connection: AsyncConnection, principal: Principal, *, refusal: Refusal, now: datetime) -> Refusal:
    """Add to an OUT_OF_CREDITS refusal when the person's quota refreshes and with how much."""
    found = await connection.execute(
        select(quotas).where(
            quotas.c.organization_id == principal.organization_id, quotas.c.owner_id == principal.user_id
        )
    )
    quota = found.one_or_none()
    window = Schedule(Period(quota.period), quota.anchor, principal.zone).window_at(now) if quota else None
    return refuse(
        Because.OUT_OF_CREDITS,
        asked=refusal.facts["asked"],
        available=refusal.facts["available"],
        refreshes_at=window.end if window else None,
        refresh_amount=quota.amount if quota else None,
    )
