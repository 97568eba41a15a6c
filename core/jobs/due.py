"""Working off what has fallen due: find the next, do it with its due moment as now, look again.

Ids follow from what is due, so however late, however often and by however many workers it runs, the books are the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.allocation.due import (
    DueExpiry,
    DueRefresh,
    DueShortfall,
    expiry_due,
    refreshes_due,
    shortfalls_due,
)
from core.allocation.expire_accounts import ExpireAccounts
from core.allocation.grant_shortfall import GrantShortfall
from core.allocation.refresh_quotas import RefreshQuotas
from core.jobs.absences import absences_due
from core.jobs.boosts import boost_ends_due
from core.jobs.budgets import budget_warnings
from core.jobs.items import ACTOR, Due, Rank
from core.jobs.loans import loan_reminders_due, paybacks_due
from core.jobs.pools import fillings_due
from core.jobs.requests import requests_due
from core.jobs.runs import note_run
from core.policy.periods import day_of
from core.refusals import Because, Refused
from core.storage.database import Database
from core.storage.tables import organizations
from core.storage.transaction import Command

R = TypeVar("R")

log = logging.getLogger(__name__)


class Runner(Protocol):
    """The engine, as jobs need it: nothing in core imports it."""

    async def run(self, command: Command[R], *, at: datetime | None = None) -> R:
        """Do a command once; `at` is its now."""
        ...


async def run_due(engine: Runner, database: Database, *, until: datetime) -> list[str]:
    """Do everything that is due by `until` (aware) in all organizations; return the ids of the commands, in order.

    Raises StorageUnavailable; what was done by then stays done.
    """
    done: list[str] = []
    for organization_id, zone in await _organizations(database):
        done += await _work_off(engine, database, organization_id=organization_id, zone=zone, until=until)
        async with database.snapshot() as connection:
            warnings = await budget_warnings(connection, organization_id, zone=zone, at=until)
        done += [await _done(engine, due, database=database, until=until) for due in warnings]
    return done


async def _organizations(database: Database) -> list[tuple[str, ZoneInfo]]:
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(organizations.c.organization_id, organizations.c.time_zone).order_by(organizations.c.organization_id)
        )
        return [(row.organization_id, ZoneInfo(row.time_zone)) for row in found]


async def _work_off(
    engine: Runner, database: Database, *, organization_id: str, zone: ZoneInfo, until: datetime
) -> list[str]:
    done: list[str] = []
    while batch := await _next(database, organization_id, zone=zone, until=until, besides=frozenset(done)):
        done += [await _done(engine, due, database=database, until=until) for due in batch]
    return done


async def _done(engine: Runner, due: Due, *, database: Database, until: datetime) -> str:
    """Do it and note the run; return its command's id."""
    refused = await _do(engine, due)
    await note_run(database, due, ran_at=until, refused=refused)
    return due.command.id


async def _do(engine: Runner, due: Due) -> Because | None:
    """Do it; the reason when it was refused."""
    try:
        await engine.run(due.command, at=due.at)
    except Refused as refused:
        # Somebody changed what it was about in between; it is looked for again next time.
        log.warning("a job was refused", extra={"command": due.command.id, "because": refused.refusal.because.value})
        return refused.refusal.because
    return None


async def _next(
    database: Database, organization_id: str, *, zone: ZoneInfo, until: datetime, besides: frozenset[str]
) -> Sequence[Due]:
    """What is next, with everything of the same order."""
    found = await waiting(database, organization_id, zone=zone, until=until)
    left = [due for due in found if due.command.id not in besides]
    return [due for due in left if due.order == left[0].order]


async def waiting(database: Database, organization_id: str, *, zone: ZoneInfo, until: datetime) -> Sequence[Due]:
    """What is due by `until` as things stand, in order; doing it may make more due."""
    async with database.snapshot() as connection:
        expiry = await expiry_due(connection, organization_id, zone=zone, until=until)
        refreshes = await refreshes_due(connection, organization_id, zone=zone, until=until)
        shortfalls = await shortfalls_due(connection, organization_id, zone=zone, until=until)
        found = await requests_due(connection, organization_id, until=until)
        found += await paybacks_due(connection, organization_id, until=until)
        found += await loan_reminders_due(connection, organization_id, until=until)
        found += await fillings_due(connection, organization_id, zone=zone, until=until)
        found += await boost_ends_due(connection, organization_id, until=until)
        found += await absences_due(connection, organization_id, zone=zone, until=until)
    found += [] if expiry is None else [_expire(organization_id, expiry, zone=zone)]
    found += [_refresh(organization_id, item) for item in refreshes]
    found += [_catch_up(organization_id, item) for item in shortfalls]
    return sorted(found, key=lambda due: due.order)


def _expire(organization_id: str, item: DueExpiry, *, zone: ZoneInfo) -> Due:
    day = day_of(item.at, zone)
    command = ExpireAccounts(
        id=f"expire:{day.isoformat()}:{item.account}:{item.version}",
        organization_id=organization_id,
        actor=ACTOR,
        day=day,
        first=item.account,
        version=item.version,
    )
    return Due(item.at, Rank.EXPIRE, 0, command)


def _refresh(organization_id: str, item: DueRefresh) -> Due:
    command = RefreshQuotas(
        id=f"refresh:{item.parent_id or 'issued'}:{item.at.isoformat()}:{item.first}",
        organization_id=organization_id,
        actor=ACTOR,
        parent_id=item.parent_id,
        due=item.at,
    )
    return Due(item.at, Rank.REFRESH, item.depth, command)


def _catch_up(organization_id: str, item: DueShortfall) -> Due:
    command = GrantShortfall(
        id=f"shortfall:{item.parent_id}:{item.version}",
        organization_id=organization_id,
        actor=ACTOR,
        parent_id=item.parent_id,
        version=item.version,
    )
    return Due(item.at, Rank.SHORTFALL, 0, command)
