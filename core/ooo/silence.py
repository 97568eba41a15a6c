"""People of whom nothing is heard: no call, and no command of their own. What others do about them does not count.

Asking a question leaves no trace, so it does not count either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.places import path_from
from core.directory.policies import Standing, standing_documents
from core.ooo.absences import Absence
from core.ooo.words import AbsenceState, Source
from core.policy.documents import PolicyKind, effective
from core.policy.ooo import OooPolicy
from core.policy.periods import day_of
from core.storage.tables import absences, audit_events, commands, nodes, quotas, usage, users

_HEARD: Final = ((usage, usage.c.user_id), (audit_events, audit_events.c.actor_id), (commands, commands.c.actor_id))
"""What whoever does something leaves behind, and who it was. Refused commands are among `commands` alone."""
_SHORT_DAY: Final = timedelta(hours=1)
"""A day on which the clocks go forward is shorter by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nothing was heard of somebody until `at`, when it was `policy.inactivity_days`: they may be away from then on.

    `path` leads to their home. `quota_until` is the last day of their quota, `next_away_at` when an absence that is not
    over begins, or began.
    """

    user_id: str
    path: tuple[str, ...]
    policy: OooPolicy
    at: datetime
    quota_until: date | None
    next_away_at: datetime | None

    def begins(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether an absence can begin at a moment."""
        has_quota = self.quota_until is None or day_of(at, zone) <= self.quota_until
        return self.at <= at and has_quota and (self.next_away_at is None or at < self.next_away_at)


async def silences(
    connection: AsyncConnection, organization_id: str, *, zone: ZoneInfo, until: datetime, user_id: str | None = None
) -> list[Silence]:
    """Those that are long enough by `until` for an absence, by person. One statement where no policy asks for them."""
    documents = await standing_documents(connection, organization_id, kind=PolicyKind.OOO)
    fewest = min((days for one in documents if (days := one.layer.values.get("inactivity_days"))), default=None)
    if fewest is None:
        return []
    since = until - timedelta(days=fewest) + _SHORT_DAY
    found = await connection.execute(_quiet(organization_id, since=since, user_id=user_id))
    policies: dict[tuple[str, ...], OooPolicy] = {}
    silent = []
    for row in found:
        path = path_from(row.path)
        if path not in policies:
            policies[path] = _policy_on(path, documents)
        policy = policies[path]
        if policy.inactivity_days and policy.auto_redistribute:
            silent.append(_silence(row, path, policy=policy, zone=zone))
    return [one for one in silent if one.at <= until and one.begins(one.at, zone)]


async def heard_since(
    connection: AsyncConnection, organization_id: str, *, items: Sequence[Absence]
) -> dict[str, datetime]:
    """When something was heard first of people who are away because nothing was, by absence. Asks only if some are."""
    if not items:
        return {}
    firsts = (
        select(func.min(table.c.at)).where(mine, table.c.at >= absences.c.starts_at).correlate(absences)
        for table, mine in _of(absences, absences.c.user_id)
    )
    found = await connection.execute(
        select(absences.c.id, *(first.scalar_subquery() for first in firsts)).where(
            absences.c.organization_id == organization_id,
            absences.c.state == AbsenceState.OPEN.value,
            absences.c.source == Source.INACTIVITY_DAYS.value,
            absences.c.id.in_([item.id for item in items]),
        )
    )
    heard = {row[0]: [at for at in row[1:] if at is not None] for row in found}
    return {absence_id: min(moments) for absence_id, moments in heard.items() if moments}


def _policy_on(path: tuple[str, ...], documents: Sequence[Standing]) -> OooPolicy:
    layers = sorted((one for one in documents if one.scope_id in path), key=lambda one: path.index(one.scope_id))
    policy: OooPolicy = effective(PolicyKind.OOO, [one.layer.values for one in layers])
    return policy


def _silence(row: Row[Any], path: tuple[str, ...], *, policy: OooPolicy, zone: ZoneInfo) -> Silence:
    """The days count from what they did last, from when they came, and from when they were back last."""
    heard = [at for at in (row.created_at, row.back_at, *row[-len(_HEARD) :]) if at is not None]
    at = (max(heard).astimezone(zone) + timedelta(days=policy.inactivity_days)).astimezone(UTC)
    return Silence(
        user_id=row.id, path=path, policy=policy, at=at, quota_until=row.valid_until, next_away_at=row.next_away_at
    )


def _quiet(organization_id: str, *, since: datetime, user_id: str | None) -> Select[Any]:
    """Active people with a quota who have done nothing since a moment, and are not away for that already."""
    home = and_(nodes.c.organization_id == users.c.organization_id, nodes.c.id == users.c.home_id)
    is_open = absences.c.state == AbsenceState.OPEN.value
    own = and_(quotas.c.organization_id == users.c.organization_id, quotas.c.owner_id == users.c.id)
    # One look into an index per person and kind of deed: written as EXISTS, a planner may join everybody's deeds.
    lasts = [
        select(func.max(table.c.at)).where(mine).correlate(users).scalar_subquery()
        for table, mine in _of(users, users.c.id)
    ]
    wanted = (
        select(
            users.c.id,
            nodes.c.path,
            users.c.created_at,
            quotas.c.valid_until,
            _absence(func.max(absences.c.ended_at)).label("back_at"),
            _absence(func.min(absences.c.starts_at), is_open).label("next_away_at"),
            *lasts,
        )
        .join(nodes, home)
        .join(quotas, own)
        .where(
            users.c.organization_id == organization_id,
            users.c.deactivated_at.is_(None),
            users.c.is_service.is_(False),
            users.c.created_at <= since,
            quotas.c.amount > 0,
            _absence(func.count(), is_open, absences.c.source == Source.INACTIVITY_DAYS.value) == 0,
            *(func.coalesce(last, users.c.created_at) <= since for last in lasts),
        )
        .order_by(users.c.id)
    )
    return wanted if user_id is None else wanted.where(users.c.id == user_id)


def _absence(what: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
    mine = and_(absences.c.organization_id == users.c.organization_id, absences.c.user_id == users.c.id)
    return select(what).where(mine, *where).correlate(users).scalar_subquery()


def _of(owner: FromClause, who: ColumnElement[str]) -> Iterator[tuple[FromClause, ColumnElement[bool]]]:
    for table, actor in _HEARD:
        yield table, and_(table.c.organization_id == owner.c.organization_id, actor == who)
