"""Where no command falls in between, pools that are filled up late, twice or by two workers have the same books."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine import Engine
from core.jobs.due import run_due
from core.policy.pool import FillingSchedule
from core.storage.database import Database
from tests.allocation.granting import set_quota
from tests.company import MONDAY
from tests.copies import Bench, found_on_a_bench
from tests.pools.drawing import apply, draw, fill_to

ONE_BENCH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@dataclass(frozen=True)
class Plan:
    """What two pools are filled up to, how often, from a budget of slices that expire; and when the jobs run."""

    backend: int
    platform: int
    schedule: FillingSchedule
    funds: tuple[tuple[int, int], ...]
    """(credits, days that they live)."""
    quota: int
    """Of the department, weekly."""
    days: int
    downtimes: tuple[int, ...]
    """Hours."""


PLANS = st.builds(
    Plan,
    backend=st.integers(1, 3_000),
    platform=st.integers(1, 3_000),
    schedule=st.sampled_from(FillingSchedule),
    funds=st.lists(st.tuples(st.integers(1, 4_000), st.integers(0, 9)), max_size=3).map(tuple),
    quota=st.integers(1, 2_000),
    days=st.just(1),
    downtimes=st.lists(st.integers(1, 60), min_size=1, max_size=3).map(tuple),
)
A_DAY_AWAY = Plan(2_000, 1_000, FillingSchedule.CONTINUOUS, ((900, 0), (700, 1), (900, 60)), 400, 1, (20,))
WEEKS_AWAY = Plan(2_000, 1_000, FillingSchedule.WEEKLY, ((900, 2), (700, 9), (900, 60)), 400, 22, (24 * 16,))
A_SEASON_AWAY = Plan(2_000, 1_000, FillingSchedule.MONTHLY, ((900, 2), (700, 40), (900, 60)), 400, 100, (24 * 70,))


@pytest.fixture
async def bench(sqlite_database: Database, tmp_path: Path) -> Bench:
    """Acme, its file, and a folder for copies."""
    return await found_on_a_bench(sqlite_database, tmp_path)


async def prepare(bench: Bench, plan: Plan) -> Bench:
    """Alice has drawn and asks for more; the rest is as planned."""
    async with bench.prepared() as (prepared, acme):
        await acme.fund("Backend pool", 52_000)
        await draw(acme, "alice", 500)
        await draw(acme, "alice", 50_500, "waits, and is refused in the end")
        await apply(acme, f"replenishment: {{schedule: {plan.schedule}}}", at="Engineering")
        for amount, days in plan.funds:
            await acme.fund("Engineering", amount, expires_on=MONDAY.date() + timedelta(days=days))
        await acme.fund("Acme", 5_000)
        await set_quota(acme, "Engineering", plan.quota, anchor=date(2026, 3, 4))
        await fill_to(acme, "Backend", 51_000 + plan.backend)
        await fill_to(acme, "Platform", plan.platform)
    return prepared


@pytest.mark.parametrize("plan", [A_DAY_AWAY, WEEKS_AWAY, A_SEASON_AWAY], ids=lambda plan: str(plan.schedule))
async def test_after_a_long_downtime_the_books_are_those_of_punctual_jobs(bench: Bench, plan: Plan) -> None:
    await compare(bench, plan)


@settings(max_examples=2, suppress_health_check=ONE_BENCH)
@given(plan=PLANS)
async def test_however_late_and_often_pools_are_filled_up_the_books_are_the_same(bench: Bench, plan: Plan) -> None:
    await compare(bench, plan)


@pytest.mark.soak
@settings(max_examples=50, suppress_health_check=ONE_BENCH)
@given(plan=PLANS, days=st.integers(7, 40))
async def test_for_weeks_too(bench: Bench, plan: Plan, days: int) -> None:
    await compare(bench, replace(plan, days=days))


async def compare(bench: Bench, plan: Plan) -> None:
    """Punctual jobs, such as are away now and then, and two workers at once."""
    prepared = await prepare(bench, plan)
    end = MONDAY + timedelta(days=plan.days)

    async def punctual(engine: Engine, database: Database) -> None:
        for hour in range(0, plan.days * 24 + 1, 1 + 2 * plan.days):
            await run_due(engine, database, until=MONDAY + timedelta(hours=hour))
        await run_due(engine, database, until=end)

    async def now_and_then(engine: Engine, database: Database) -> None:
        moment: datetime = MONDAY
        for downtime in plan.downtimes:
            moment = min(end, moment + timedelta(hours=downtime))
            await run_due(engine, database, until=moment)
        await run_due(engine, database, until=end)
        assert await run_due(engine, database, until=end) == []

    async def by_two_workers(engine: Engine, database: Database) -> None:
        await asyncio.gather(*(run_due(engine, database, until=end) for _ in range(2)))

    expected = await prepared.fork("punctual.db", punctual)
    assert await prepared.fork("late.db", now_and_then) == expected
    assert await prepared.fork("two.db", by_two_workers) == expected
