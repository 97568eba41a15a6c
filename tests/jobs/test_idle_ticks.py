"""A tick at which nothing is due is cheap: it asks as few questions of a large company as of a small one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import event, func, select

from core.jobs.due import run_due
from core.policy.periods import Period
from core.pools.set_pool_quota import SetPoolQuota
from core.storage.tables import grants
from core.transfers.lend_credits import LendCredits
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from tests.allocation.granting import set_quota, until
from tests.company import MONDAY, Company
from tests.jobs.everything_due import fill
from tests.ooo.away import away

MOST: Final = 24
"""Statements, when something of every kind is under way, with those that begin a transaction."""
AFTER_MIDNIGHT: Final = MONDAY + timedelta(hours=16)


@asynccontextmanager
async def statements(company: Company) -> AsyncIterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = company.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def idle(company: Company) -> int:
    """How many statements a tick takes at which nothing is due."""
    async with statements(company) as asked:
        assert await run_due(company.engine, company.database, until=company.clock.at) == []
    return len(asked)


async def crowd(company: Company, name: str, *, people: int) -> None:
    """A team that owes its people a part of their quotas; they lend, send, ask and are away."""
    await company.team(name, under="Engineering")
    await company.fund(name, 5)
    for number in range(people):
        who = f"{name.lower()}-{number}"
        await company.hire(who, home=name)
        await company.fund(who, 300_000)
        await set_quota(company, who, 50_000, period=Period.DAILY)
        due_at = company.clock.at + timedelta(days=9)
        await company.run(LendCredits, by=who, borrower_id=company.user("bob"), amount=1_000, due_at=due_at)
        await company.run(SendCredits, by=who, recipients=(company.user("dan"),), amount=150_000)
        await company.run(RequestCredits, by=who, colleague_id=company.user("carol"), amount=5_000)
        await away(company, who, "2026-03-02", "2026-03-13")
    await company.run(SetPoolQuota, by="grace", team_id=company.node(name), amount=30_000, typed="30k")


@pytest.mark.parametrize(("teams", "people"), [(("Search",), 1), (("Search", "Mobile", "Data"), 4)])
async def test_it_asks_as_few_questions_for_many_as_for_few(
    sqlite_company: Company, teams: tuple[str, ...], people: int
) -> None:
    company = sqlite_company
    await fill(company)
    for team in teams:
        await crowd(company, team, people=people)
    await until(company, AFTER_MIDNIGHT)
    async with company.database.snapshot() as connection:
        owed = await connection.scalar(select(func.count()).where(grants.c.quota > grants.c.granted))
    assert owed == len(teams) * people
    assert await idle(company) <= MOST
