"""What falls due of absences in one organization: days whose share moves, and ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ooo.absences import Absence, absence_from
from core.ooo.silence import heard_since
from core.ooo.words import AbsenceState
from core.storage.tables import absence_days, absences


@dataclass(frozen=True, slots=True)
class DueShare:
    """The next day of an absence that has not been moved."""

    at: datetime
    absence_id: str
    day: date
    version: int


@dataclass(frozen=True, slots=True)
class DueReturn:
    """The end of an absence; `is_heard_of` when it ends because its person did something."""

    at: datetime
    absence_id: str
    version: int
    is_heard_of: bool = False


async def returns_and_shares_due(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime
) -> tuple[list[DueReturn], list[DueShare]]:
    """Ends, and of each absence its next share, that are due by `until`; soonest first, by absence id.

    Days that were over when the absence was set are due when it was set.
    """
    found = await connection.execute(
        select(absences)
        .where(
            absences.c.organization_id == organization_id,
            absences.c.state == AbsenceState.OPEN.value,
            absences.c.starts_at <= until,
        )
        .order_by(absences.c.id)
    )
    items = [absence_from(row) for row in found]
    done = await _moved_days(connection, organization_id, items=items)
    heard = await heard_since(connection, organization_id, items=[item for item in items if item.is_open_ended])
    ends = (_end(item, heard_at=heard.get(item.id)) for item in items)
    returns = [end for end in ends if end.at <= until]
    shares = (_next_share(item, zone=zone, done=done[item.user_id]) for item in items)
    due = [share for share in shares if share is not None and share.at <= until]
    return sorted(returns, key=lambda item: item.at), sorted(due, key=lambda item: item.at)


def _end(item: Absence, *, heard_at: datetime | None) -> DueReturn:
    if heard_at is not None and heard_at < item.ends_at:
        return DueReturn(heard_at, item.id, item.version, is_heard_of=True)
    return DueReturn(item.ends_at, item.id, item.version)


def _next_share(item: Absence, *, zone: ZoneInfo, done: set[date]) -> DueShare | None:
    moments = item.days(zone).moments()
    following = next(((day, at) for day, at in moments if day not in done), None)
    if following is None:
        return None
    day, at = following
    return DueShare(max(at, item.set_at), item.id, day, item.version)


async def _moved_days(
    connection: AsyncConnection, organization_id: str, *, items: list[Absence]
) -> defaultdict[str, set[date]]:
    moved: defaultdict[str, set[date]] = defaultdict(set)
    if items:
        found = await connection.execute(
            select(absence_days.c.user_id, absence_days.c.day).where(
                absence_days.c.organization_id == organization_id,
                absence_days.c.user_id.in_(sorted({item.user_id for item in items})),
            )
        )
        for row in found:
            moved[row.user_id].add(row.day)
    return moved
