"""People who are away, as days pass: each day's share moves, and in the end what is left comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.jobs.items import ACTOR, Due, Rank
from core.ooo.begin_by_silence import BeginBySilence
from core.ooo.due import DueReturn, DueShare, returns_and_shares_due
from core.ooo.end_when_heard import EndWhenHeard
from core.ooo.move_day_share import MoveDayShare
from core.ooo.return_from_absence import ReturnFromAbsence
from core.ooo.silence import Silence, silences
from core.storage.tables import audit_events


async def absences_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> list[Due]:
    """Ends of absences, and of each the next share; and those that begin because nothing is heard of somebody."""
    returns, shares = await returns_and_shares_due(connection, organization_id, zone=zone, until=until)
    return [
        *(_return(organization_id, item) for item in returns),
        *(_share(organization_id, item) for item in shares),
        *await _silences(connection, organization_id, zone=zone, until=until),
    ]


async def _silences(connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime) -> list[Due]:
    """None begins before what others last did about the person or a place above: a policy, a quota, a move."""
    found = await silences(connection, organization_id, zone=zone, until=until)
    changed = await _changed(connection, organization_id, found=found)
    begin = [(item, max([item.at, *(changed[one] for one in _about(item) if one in changed)])) for item in found]
    return [_begin(organization_id, item, at=at) for item, at in begin if at <= until and item.begins(at, zone)]


async def _changed(
    connection: AsyncConnection, organization_id: str, *, found: Sequence[Silence]
) -> dict[str, datetime]:
    """When something was last done about these people and places, if it matters; asks only if there are some."""
    subjects = sorted({one for item in found for one in _about(item)})
    if not subjects:
        return {}
    rows = await connection.execute(
        select(audit_events.c.subject_id, func.max(audit_events.c.at))
        .where(
            audit_events.c.organization_id == organization_id,
            audit_events.c.subject_id.in_(subjects),
            audit_events.c.at > min(item.at for item in found),
        )
        .group_by(audit_events.c.subject_id)
    )
    return {row[0]: row[1] for row in rows}


def _about(item: Silence) -> tuple[str, ...]:
    return (item.user_id, *item.path)


def _begin(organization_id: str, item: Silence, *, at: datetime) -> Due:
    command = BeginBySilence(
        id=f"silence:{item.user_id}:{at.isoformat()}",
        organization_id=organization_id,
        actor=ACTOR,
        user_id=item.user_id,
    )
    return Due(at, Rank.OOO_SILENCE, 0, command)


def _return(organization_id: str, item: DueReturn) -> Due:
    if item.is_heard_of:
        heard = EndWhenHeard(
            id=f"heard:{item.absence_id}:{item.version}",
            organization_id=organization_id,
            actor=ACTOR,
            absence_id=item.absence_id,
            version=item.version,
        )
        return Due(item.at, Rank.OOO_RETURN, 0, heard)
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
