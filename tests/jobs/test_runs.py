"""What the jobs did is written down once, with how late it was; what waits is counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.jobs.due import run_due, waiting
from core.jobs.runs import JOBS, JobRun, JobState, job_states, latest_runs
from core.storage.tables import job_runs
from tests.allocation.granting import set_quota, until
from tests.company import Company

APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


async def history(company: Company) -> list[JobRun]:
    async with company.database.snapshot() as connection:
        return list(await latest_runs(connection, company.id, limit=100))


async def states(company: Company) -> dict[str, JobState]:
    """The jobs that have run or have something to do."""
    due = await waiting(company.database, company.id, zone=BERLIN, until=company.clock.at)
    found = await job_states(company.database, company.id, waiting=due)
    assert [state.job for state in found] == list(JOBS)
    return {state.job: state for state in found if state.last or state.waiting}


async def test_what_waits_is_counted_and_what_is_done_says_how_late_it_was(company: Company) -> None:
    await company.fund("Backend", 1_000)
    await company.fund("alice", 100, expires_on=date(2026, 3, 31))
    await set_quota(company, "alice", 500)
    company.clock.at = APRIL + timedelta(hours=2)
    before = await states(company)
    assert {job: (state.last, state.waiting, state.waiting_since) for job, state in before.items()} == {
        "expire": (None, 1, APRIL),
        "refresh": (None, 1, APRIL),
    }
    await until(company, company.clock.at)
    after = await states(company)
    assert {job: (state.last and state.last.lag, state.waiting) for job, state in after.items()} == {
        "expire": (timedelta(hours=2), 0),
        "refresh": (timedelta(hours=2), 0),
    }


async def test_however_many_workers_did_it_it_stands_there_once(company: Company) -> None:
    await company.fund("Backend", 1_000)
    await set_quota(company, "alice", 500)
    company.clock.at = APRIL
    both = (run_due(company.engine, company.database, until=APRIL) for _ in range(2))
    await asyncio.gather(*both)
    await until(company, APRIL + timedelta(hours=1))
    [run] = await history(company)
    assert (run.job, run.due_at, run.ran_at, run.refused) == ("refresh", APRIL, APRIL, None)


async def test_another_organization_has_a_history_of_its_own(company: Company) -> None:
    await company.fund("alice", 100, expires_on=date(2026, 3, 31))
    await until(company, APRIL)
    async with company.database.snapshot() as connection:
        assert await latest_runs(connection, "org_other", limit=100) == []
        assert len((await connection.execute(select(job_runs))).all()) == 1
