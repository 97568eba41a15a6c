"""Who manages a team or a department hears when much of its period is spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from core.allocation.warn_of_use import WarnOfUse
from core.allocation.withdraw import Withdraw
from core.directory.move_user import MoveUser
from core.jobs.due import run_due
from core.refusals import Because
from tests.accounts_read import told
from tests.allocation.granting import set_quota, until
from tests.company import Company
from tests.spending.desk import Desk, open_desk

APRIL = datetime(2026, 3, 31, 22, tzinfo=UTC)
"""The first of April in Berlin."""


@pytest.fixture
async def desk(company: Company) -> AsyncIterator[Desk]:
    """Backend has 100,000 among its budget, its pool, alice and bob, and a monthly quota; so has Engineering."""
    for whose, amount in {"Backend": 4_000, "Backend pool": 10_000, "alice": 56_000, "bob": 30_000}.items():
        await company.fund(whose, amount)
    await company.fund("dan", 100_000)
    await set_quota(company, "Backend", 100_000)
    await set_quota(company, "Engineering", 500_000)
    async with open_desk(company) as opened:
        yield opened


async def warned(company: Company) -> list[tuple[str, int, int, int]]:
    """What was told: where, percent, spent, left."""
    names = {node: name for name, node in company.nodes.items()}
    events = await told(company, "budget.low")
    return [(names[one["owner_id"]], one["percent"], one["spent"], one["left"]) for one in events]


async def look(company: Company) -> list[str]:
    return await run_due(company.engine, company.database, until=company.clock.at)


async def test_the_highest_threshold_is_told_once_however_often_it_is_looked_at(desk: Desk) -> None:
    company = desk.company
    await desk.call("alice", 30_000)
    await desk.call("bob", 19_999)
    assert await look(company) == []
    await desk.call("bob", 1)
    (done,) = await look(company)
    assert done.startswith(f"budget-use:{company.node('Backend')}:")
    assert await warned(company) == [("Backend", 50, 50_000, 50_000)]
    await desk.call("alice", 5_000)
    assert await look(company) == []
    assert await look(company) == []


async def test_of_several_thresholds_the_highest_is_told_and_at_last_that_all_is_spent(desk: Desk) -> None:
    company = desk.company
    await desk.call("bob", 30_000)
    await desk.call("alice", 66_000)
    await look(company)
    assert await warned(company) == [("Backend", 95, 96_000, 4_000)]
    await company.run(Withdraw, by="operator", owner_id=company.node("Backend"), amount=4_000)
    await look(company)
    assert await warned(company) == [("Backend", 95, 96_000, 4_000), ("Backend", 100, 96_000, 0)]


async def test_a_department_counts_its_teams_with_it(desk: Desk) -> None:
    company = desk.company
    await desk.call("alice", 40_000)
    await desk.call("dan", 60_000)
    await look(company)
    assert await warned(company) == [("Engineering", 50, 100_000, 100_000)]


async def test_with_the_next_period_it_begins_anew(desk: Desk) -> None:
    company = desk.company
    await desk.call("alice", 40_000)
    await desk.call("bob", 20_000)
    await look(company)
    await until(company, APRIL)
    assert await warned(company) == [("Backend", 50, 60_000, 40_000)]
    await desk.call("alice", 16_000)
    await desk.call("bob", 4_000)
    await look(company)
    assert await warned(company) == [("Backend", 50, 60_000, 40_000), ("Backend", 50, 20_000, 20_000)]


async def test_boosts_are_not_counted_and_whoever_moves_takes_their_use_along(desk: Desk) -> None:
    company = desk.company
    await desk.boost("alice", 500_000, name="ovr_p0", hours=24)
    await desk.call("alice", 500_000)
    assert await look(company) == []
    await desk.call("alice", 40_000)
    await desk.call("bob", 5_000)
    await company.run(MoveUser, by="grace", user_id=company.user("alice"), home_id=company.node("Platform"))
    assert await look(company) == []


async def test_a_job_that_comes_second_tells_nothing(desk: Desk) -> None:
    company = desk.company
    await desk.call("alice", 40_000)
    await desk.call("bob", 20_000)
    await look(company)
    refusal = await company.refused(WarnOfUse, by="system", owner_id=company.node("Backend"))
    assert refusal.because is Because.BAD_VALUE
    none = await company.refused(WarnOfUse, by="system", owner_id=company.node("Sales"))
    assert none.because is Because.BAD_VALUE
