"""For everything that falls due: late, twice, after a week of downtime or by two workers, the outcome is the same."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import delete, select

from core.jobs.due import run_due
from core.jobs.runs import JOBS
from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.tables import commands, job_runs
from tests.company import MONDAY, Company, find_company
from tests.jobs.everything_due import DUE, TWO_WEEKS, fill, picture
from tests.migrated import run_apart
from tests.sides import Errand, WorkOff, two_sides

RunTo = Callable[[datetime], Awaitable[list[str]]]
LATE_IDS: Final = 10_000_000
"""Of jobs, so that none is an id of the company's."""


@pytest.fixture(scope="module")
def filled(acme_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which everything waits to fall due."""
    file = tmp_path_factory.mktemp("due") / "alfred.db"
    shutil.copyfile(acme_file, file)

    async def work() -> None:
        async with Database(f"sqlite+aiosqlite:///{file}") as database:
            await fill(await find_company(database))

    run_apart(work())
    return file


class Folder:
    """As many copies as there are ways to run the jobs."""

    def __init__(self, filled: Path, folder: Path) -> None:
        self._filled = filled
        self._folder = folder

    async def after(self, work: Callable[[RunTo], Awaitable[None]]) -> dict[str, Any]:
        """What came of it."""
        async with self.copy(work.__name__) as company:
            await work(lambda until: run_due(company.engine, company.database, until=until))
            assert (await verify(company.database)).drift == []
            return await picture(company.database)

    @asynccontextmanager
    async def copy(self, name: str) -> AsyncIterator[Company]:
        """One of them."""
        file = self._folder / f"{name}.db"
        shutil.copyfile(self._filled, file)
        async with Database(f"sqlite+aiosqlite:///{file}") as database:
            yield await find_company(database, first=LATE_IDS)


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Folder:
    """Where the copies lie."""
    return Folder(filled, tmp_path)


async def punctually(run_to: RunTo) -> None:
    for minutes in (5, 10, 15, 20, 30):
        await run_to(MONDAY + timedelta(minutes=minutes))
    for hours in range(6, 15 * 24 + 1, 6):
        await run_to(MONDAY + timedelta(hours=hours))


async def a_week_late(run_to: RunTo) -> None:
    for days in (7, 15):
        await run_to(MONDAY + timedelta(days=days))


async def once_at_the_end(run_to: RunTo) -> None:
    await run_to(TWO_WEEKS)


async def every_time_twice(run_to: RunTo) -> None:
    for days in range(0, 16, 3):
        await run_to(MONDAY + timedelta(days=days))
        assert await run_to(MONDAY + timedelta(days=days)) == []


async def by_two_at_once(run_to: RunTo) -> None:
    for days in (4, 15):
        await asyncio.gather(*(run_to(MONDAY + timedelta(days=days)) for _ in range(2)))


async def test_late_twice_or_by_two_it_comes_out_the_same(folder: Folder) -> None:
    wanted = await folder.after(punctually)
    for other in (a_week_late, once_at_the_end, every_time_twice, by_two_at_once):
        found = await folder.after(other)
        for part, rows in wanted.items():
            assert found[part] == rows, f"{part}, {other.__name__}"


async def test_what_was_done_is_not_done_again_when_its_id_is_no_longer_known(folder: Folder) -> None:
    wanted = await folder.after(every_time_twice)
    async with folder.copy("forgetful") as company:
        for days in range(0, 16, 3):
            until = MONDAY + timedelta(days=days)
            await run_due(company.engine, company.database, until=until)
            await company.execute(delete(commands))
            assert await run_due(company.engine, company.database, until=until) == []
        found = await picture(company.database)
    assert found == wanted


@pytest.mark.postgres
async def test_two_processes_at_once_come_out_the_same(postgres_acme: Database, folder: Folder) -> None:
    company = await find_company(postgres_acme)
    await fill(company)
    async with two_sides(company) as sides:
        for days in (1, 8, 15):
            until = MONDAY + timedelta(days=days)
            errand = Errand(until, WorkOff(until))
            answers = await asyncio.gather(*(side.does(errand) for side in sides))
            assert [answer.said for answer in answers] == ["done", "done"]
    assert (await verify(postgres_acme)).drift == []
    found = await picture(postgres_acme)
    for part, rows in (await folder.after(once_at_the_end)).items():
        assert found[part] == rows, part


async def test_everything_that_can_fall_due_has_fallen_due(sqlite_company: Company) -> None:
    await fill(sqlite_company)
    await run_due(sqlite_company.engine, sqlite_company.database, until=TWO_WEEKS)
    async with sqlite_company.database.snapshot() as connection:
        done = set(await connection.scalars(select(job_runs.c.job).where(job_runs.c.refused.is_(None))))
    # How much of a budget is used has no due moment: it is told as it stands when it is looked at.
    assert set(JOBS) - {"budget-use"} == DUE, "fill the company with what makes the new job due"
    assert DUE - done == set()
