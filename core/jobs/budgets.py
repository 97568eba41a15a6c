"""Who manages a team or department hears when much of its period is spent: looked at when all else is done."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from core.allocation.budget_use import DueWarning, warnings_due
from core.allocation.warn_of_use import WarnOfUse
from core.jobs.items import ACTOR, Due, Rank


async def budget_warnings(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, at: datetime
) -> list[Due]:
    """What has been reached by now; spending has no due moment, so it is due when it is seen."""
    found = await warnings_due(connection, organization_id, zone=zone, at=at)
    return [_due(organization_id, item, at=at) for item in found]


def _due(organization_id: str, item: DueWarning, *, at: datetime) -> Due:
    name = f"budget-use:{item.owner_id}:{item.period.start.isoformat()}:{item.percent}"
    command = WarnOfUse(id=name, organization_id=organization_id, actor=ACTOR, owner_id=item.owner_id)
    return Due(at, Rank.BUDGET_USE, 0, command)
