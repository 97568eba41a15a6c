"""Where no command falls in between, jobs that run late, twice or by two workers leave the books of punctual ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine import Engine
from core.jobs.due import run_due
from core.policy.periods import Period, Rollover
from core.storage.database import Database
from tests.allocation.granting import set_quota
from tests.company import MONDAY
from tests.copies import Bench, found_on_a_bench

OWNERS: Final = ("Acme", "Engineering", "Backend", "Apollo", "alice", "bob", "dan")


@dataclass(frozen=True)
class Given:
    """One quota of one owner."""

    whose: str
    amount: int
    period: Period
    anchor: date
    rollover: Rollover


QUOTAS: Final = st.lists(
    st.builds(
        Given,
        whose=st.sampled_from(OWNERS),
        amount=st.integers(1, 1_000),
        period=st.sampled_from([Period.WEEKLY, Period.MONTHLY, Period.QUARTERLY]),
        anchor=st.dates(date(2026, 1, 1), date(2026, 4, 15)),
        rollover=st.sampled_from(["none", "cap 1", "10 days", "90 days"]).map(Rollover.parse),
    ),
    min_size=2,
    max_size=7,
    unique_by=lambda quota: quota.whose,
)
FUNDS: Final = st.dictionaries(
    st.sampled_from(["Acme", "Engineering", "Backend"]),
    st.tuples(st.integers(1, 3_000), st.dates(date(2026, 3, 2), date(2026, 8, 1))),
)


@pytest.fixture
async def bench(sqlite_database: Database, tmp_path: Path) -> Bench:
    """Acme, its file, and a folder for copies."""
    return await found_on_a_bench(sqlite_database, tmp_path)


async def _prepare(bench: Bench, quotas: list[Given], funds: dict[str, tuple[int, date]]) -> Bench:
    """A copy in which the quotas are set and the budgets filled."""
    async with bench.prepared() as (prepared, acme):
        for whose, (amount, day) in funds.items():
            await acme.fund(whose, amount, expires_on=day)
        for quota in quotas:
            await set_quota(
                acme, quota.whose, quota.amount, period=quota.period, anchor=quota.anchor, rollover=quota.rollover
            )
    return prepared


DOWNTIMES: Final = st.lists(st.integers(1, 40), min_size=1, max_size=4)
"""Days between two runs of the jobs."""

ONE_BENCH: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=4, suppress_health_check=ONE_BENCH)
@given(quotas=QUOTAS, funds=FUNDS, days=st.integers(20, 60), downtimes=DOWNTIMES)
async def test_however_late_and_often_the_jobs_run_the_books_are_the_same(
    bench: Bench, quotas: list[Given], funds: dict[str, tuple[int, date]], days: int, downtimes: list[int]
) -> None:
    await _compare(await _prepare(bench, quotas, funds), days=days, downtimes=downtimes)


@pytest.mark.soak
@settings(max_examples=200, suppress_health_check=ONE_BENCH)
@given(quotas=QUOTAS, funds=FUNDS, days=st.integers(20, 400), downtimes=DOWNTIMES)
async def test_for_a_year_and_longer_too(
    bench: Bench, quotas: list[Given], funds: dict[str, tuple[int, date]], days: int, downtimes: list[int]
) -> None:
    await _compare(await _prepare(bench, quotas, funds), days=days, downtimes=downtimes)


async def _compare(prepared: Bench, *, days: int, downtimes: list[int]) -> None:
    end = MONDAY + timedelta(days=days)

    async def punctual(engine: Engine, database: Database) -> None:
        for day in range(days + 1):
            await run_due(engine, database, until=MONDAY + timedelta(days=day))

    async def now_and_then(engine: Engine, database: Database) -> None:
        moment = MONDAY
        for downtime in downtimes:
            moment = min(end, moment + timedelta(days=downtime, hours=downtime))
            await run_due(engine, database, until=moment)
        await run_due(engine, database, until=end)
        assert await run_due(engine, database, until=end) == []

    async def by_two_workers(engine: Engine, database: Database) -> None:
        await asyncio.gather(*(run_due(engine, database, until=end) for _ in range(2)))

    expected = await prepared.fork("punctual.db", punctual)
    assert await prepared.fork("late.db", now_and_then) == expected
    assert await prepared.fork("two.db", by_two_workers) == expected


async def test_months_of_missed_midnights_are_caught_up(bench: Bench) -> None:
    """Every kind of period after one long sleep."""
    quotas = [
        Given("Acme", 900, Period.QUARTERLY, date(2026, 1, 1), Rollover.parse("90 days")),
        Given("Engineering", 200, Period.MONTHLY, date(2026, 1, 31), Rollover.parse("cap 1")),
        Given("Backend", 60, Period.WEEKLY, date(2026, 3, 2), Rollover.parse("90 days")),
        Given("alice", 45, Period.WEEKLY, date(2026, 3, 4), Rollover.parse("none")),
    ]
    prepared = await _prepare(bench, quotas, {})
    end = datetime.fromisoformat("2026-07-02T12:00:00+02:00")

    async def at_once(engine: Engine, database: Database) -> None:
        await run_due(engine, database, until=end)

    async def week_by_week(engine: Engine, database: Database) -> None:
        for week in range(20):
            await run_due(engine, database, until=min(end, MONDAY + timedelta(weeks=week)))

    assert await prepared.fork("late.db", at_once) == await prepared.fork("weekly.db", week_by_week)
