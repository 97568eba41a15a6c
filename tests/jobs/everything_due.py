"""A company in which everything falls due within two weeks that can, and a picture of all that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Table, select

from core.ooo.words import Source
from core.overrides.grant_override import GrantOverride
from core.overrides.request_override import RequestOverride
from core.policy.periods import Period
from core.pools.set_pool_quota import SetPoolQuota
from core.storage.database import Database
from core.storage.tables import (
    absence_days,
    absences,
    approvals,
    audit_events,
    credit_requests,
    job_runs,
    loans,
    outbox,
    overrides,
    transfers,
)
from core.transfers.lend_credits import LendCredits
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from tests.accounts_read import books
from tests.allocation.granting import set_quota
from tests.company import MONDAY, Company
from tests.ooo.away import away
from tests.policies.applying import applied

TWO_WEEKS: Final = MONDAY + timedelta(days=15)
MONDAYS: Final = date(2026, 3, 2)
DUE: Final = {
    "expire",
    "refresh",
    "shortfall",
    "request-end",
    "request-reminder",
    "request-escalation",
    "loan",
    "loan-reminder",
    "pool",
    "boost-end",
    "boost-warning",
    "ooo-return",
    "ooo-share",
    "ooo-silence",
}
"""Every kind of job; a new one belongs into `fill`, too."""


async def fill(company: Company) -> None:
    """All of it is begun within the first hour; then nobody does anything any more."""
    await _budgets(company)
    await applied(company, "ooo_policy: {inactivity_days: 5}", at="Platform")
    await company.fund("alice", 400_000, expires_on=date(2026, 6, 1))
    await company.fund("alice", 50_000, expires_on=date(2026, 3, 5))
    await company.fund("Backend pool", 20_000, expires_on=date(2026, 3, 10))
    company.clock.advance(minutes=1)
    at = company.clock.now()
    await company.run(
        LendCredits, by="alice", borrower_id=company.user("bob"), amount=40_000, due_at=at + timedelta(days=3)
    )
    await company.run(SendCredits, by="bob", recipients=(company.user("carol"),), amount=35_000)
    await company.run(SendCredits, by="alice", recipients=(company.user("dan"),), amount=150_000)
    await company.run(RequestCredits, by="bob", colleague_id=company.user("carol"), amount=5_000)
    await company.run(RequestOverride, by="bob", amount=50_000, hours=24, reason="for the launch")
    await company.run(
        GrantOverride, by="grace", user_id=company.user("dan"), amount=9_000, hours=48, reason="for the launch"
    )
    await away(company, "alice", "2026-03-07", "2026-03-13")
    await away(company, "carol", "2026-03-05", "2026-03-10", phases=())


async def _budgets(company: Company) -> None:
    """Platform's is short, and gets more in the second week."""
    await company.fund("Acme", 1_000_000)
    await company.fund("Backend", 1_000_000)
    await company.fund("Platform", 10_000)
    await set_quota(company, "Engineering", 20_000, period=Period.WEEKLY, anchor=date(2026, 3, 4))
    await set_quota(company, "Platform", 15_000, period=Period.WEEKLY, anchor=date(2026, 3, 11))
    await set_quota(company, "dan", 30_000, period=Period.WEEKLY, anchor=date(2026, 3, 10))
    for who in ("alice", "carol"):
        await set_quota(company, who, 70_000, period=Period.WEEKLY, anchor=MONDAYS, grant_now=True)
    await company.run(SetPoolQuota, by="grace", team_id=company.node("Backend"), amount=30_000, typed="30k")
    await set_quota(company, "bob", 14_000, period=Period.WEEKLY, anchor=date(2026, 3, 8))


async def picture(database: Database) -> dict[str, Any]:
    """All that jobs write, but for the ids that they make up."""
    made_up = await _made_up(database)
    return {
        "books": await books(database),
        "trail": await _rows(database, audit_events, "at", "type", "subject_id", "amount", made_up=made_up),
        "told": await _rows(database, outbox, "at", "type"),
        "history": await _rows(database, job_runs, "command_id", "job", "due_at", "refused", made_up=made_up),
        "shares": await _rows(database, absence_days, "absence_id", "day", made_up=made_up),
        "states": {
            table.name: await _rows(database, table, *(column.name for column in table.columns), made_up=made_up)
            for table in (transfers, approvals, credit_requests, loans, overrides, absences)
        },
    }


async def _made_up(database: Database) -> dict[str, str]:
    """Who fell silent, by the ids that jobs gave to their absences."""
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(absences.c.id, absences.c.user_id).where(absences.c.source == Source.INACTIVITY_DAYS.value)
        )
        return {row.id: f"silence of {row.user_id}" for row in found}


async def _rows(
    database: Database, table: Table, *columns: str, made_up: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    async with database.snapshot() as connection:
        found = await connection.execute(select(*(table.c[column] for column in columns)))
        return sorted(_told(tuple(row), made_up) for row in found)


def _told(row: tuple[Any, ...], made_up: Mapping[str, str]) -> str:
    said = str(row)
    for id_, silence in made_up.items():
        said = said.replace(id_, silence)
    return said
