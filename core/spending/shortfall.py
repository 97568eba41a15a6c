"""What a person is told when their credits do not cover a call: what is there, and when more comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.directory.principals import Principal
from core.policy.quotas import quota_from
from core.refusals import Because, Refusal, refuse
from core.storage.tables import quotas


async def explain(connection: AsyncConnection, principal: Principal, *, refusal: Refusal, now: datetime) -> Refusal:
    """Add to an OUT_OF_CREDITS refusal when the person's quota refreshes and with how much."""
    found = await connection.execute(
        select(quotas).where(
            quotas.c.organization_id == principal.organization_id, quotas.c.owner_id == principal.user_id
        )
    )
    quota = next(map(quota_from, found), None)
    window = None if quota is None else quota.next_window(principal.zone, after=now)
    return refuse(
        Because.OUT_OF_CREDITS,
        asked=refusal.facts["asked"],
        available=refusal.facts["available"],
        refreshes_at=None if window is None else window.start,
        refresh_amount=None if quota is None or window is None else quota.amount,
    )
