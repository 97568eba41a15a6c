"""People who are away, as days pass: each day's share moves, and in the end what is left comes back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import ACTOR, Due, Rank
from core.ooo.due import DueReturn, DueShare, returns_and_shares_due
from core.ooo.move_day_share import MoveDayShare
from core.ooo.return_from_absence import ReturnFromAbsence


async def absences_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[Due]:
    """Ends of absences, and of each the next share."""
    returns, shares = await returns_and_shares_due(connection, organization_id, zone=zone, until=until)
    return [_return(organization_id, item) for item in returns] + [_share(organization_id, item) for item in shares]


def _return(organization_id: str, item: DueReturn) -> Due:
    command = ReturnFromAbsence(
        id=f"return:{item.absence_id}:{item.version}",
        organization_id=organization_id,
        actor=ACTOR,
        absence_id=item.absence_id,
        version=item.version,
    )
    return Due(item.at, Rank.OOO_RETURN, 0, command)


def _share(organization_id: str, item: DueShare) -> Due:
    command = MoveDayShare(
        id=f"share:{item.absence_id}:{item.day.isoformat()}:{item.version}",
        organization_id=organization_id,
        actor=ACTOR,
        absence_id=item.absence_id,
        day=item.day,
        version=item.version,
    )
    return Due(item.at, Rank.OOO_SHARE, 0, command)
