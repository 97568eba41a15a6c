"""Boosts that end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import ACTOR, Due, Rank
from core.overrides.due import DueBoost, boosts_due
from core.overrides.end_override import EndOverride
from core.overrides.warn_of_end import WarnOfEnd


async def boost_ends_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[Due]:
    """Ends of boosts, and an hour before them the word of it."""
    return [_due(organization_id, item) for item in await boosts_due(connection, organization_id, until=until)]


def _due(organization_id: str, item: DueBoost) -> Due:
    name = item.override_id
    if item.is_end:
        over = EndOverride(id=f"end-boost:{name}", organization_id=organization_id, actor=ACTOR, override_id=name)
        return Due(item.at, Rank.BOOST_END, 0, over)
    warned = WarnOfEnd(id=f"boost-ends:{name}", organization_id=organization_id, actor=ACTOR, override_id=name)
    return Due(item.at, Rank.BOOST_WARNING, 0, warned)
