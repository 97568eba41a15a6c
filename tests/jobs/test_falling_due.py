"""What falls due is done in one order, by whoever looks first, and a tick that fails is made up for."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select
from typing_extensions import override

from core.allocation import expire_accounts
from core.engine import Engine
from core.jobs.due import run_due
from core.jobs.scheduler import Jobs
from core.ledger.hold_ids import HOLD_LIFE
from core.ledger.prune import CLOCKS_DIFFER
from core.storage.database import Database
from core.storage.faults import StorageUnavailable
from core.storage.tables import holds
from core.storage.transaction import Command
from tests.accounts_read import assert_no_drift, slices
from tests.allocation.granting import set_quota, until
from tests.audit.sealed import sealer_of
from tests.company import Company, found_rival
from tests.jobs.test_pruning import KEEP
from tests.spending.desk import open_desk

R = TypeVar("R")

LAST_DAY = date(2026, 3, 31)
APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)


async def test_credits_can_be_used_to_the_end_of_their_day_and_not_after(company: Company) -> None:
    await company.fund("alice", 1_000, expires_on=LAST_DAY)
    await until(company, APRIL.replace(hour=21, minute=59))
    assert await company.balances() == {"alice": 1_000}
    await until(company, APRIL)
    assert await company.balances() == {}
    await assert_no_drift(company)


async def test_at_one_midnight_old_credits_expire_before_quotas_are_granted(company: Company) -> None:
    await company.fund("Backend", 1_000, expires_on=LAST_DAY)
    await company.fund("Backend", 300)
    await set_quota(company, "alice", 500)
    done = await until(company, APRIL)
    assert [command.split(":")[0] for command in done] == ["expire", "refresh"]
    assert await company.balances() == {"alice": 300}


async def test_what_a_call_has_reserved_expires_when_the_call_gives_it_back(company: Company) -> None:
    async with open_desk(company) as desk:
        await company.fund("alice", 1_000, expires_on=LAST_DAY)
        company.clock.at = APRIL.replace(hour=21, minute=59)
        held = await desk.hold("alice", 400)
        await until(company, APRIL)
        assert await slices(company, "alice") == [(LAST_DAY, 400)]
        await desk.spending.release(held)
    assert await company.balances() == {}
    await assert_no_drift(company)


async def test_many_accounts_expire_a_handful_at_a_time(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire_accounts, "AT_ONCE", 2)
    for whose in ("alice", "bob", "carol", "dan", "Backend"):
        await company.fund(whose, 1_000, expires_on=LAST_DAY)
    assert len(await until(company, APRIL)) == 3
    assert await company.balances() == {}


async def test_each_organization_has_its_own_midnight(company: Company) -> None:
    """New York is six hours behind Berlin; both have summer time by then."""
    bolt = await found_rival(company)
    await company.fund("alice", 1_000, expires_on=LAST_DAY)
    await bolt.fund("mallory", 1_000, expires_on=LAST_DAY)
    await until(company, APRIL)
    assert (await company.balances(), await bolt.balances()) == ({}, {"mallory": 1_000})
    await until(company, APRIL.replace(month=4, day=1, hour=4))
    assert await bolt.balances() == {}


async def test_when_nothing_is_due_nothing_is_done(company: Company) -> None:
    await company.fund("alice", 1_000)
    before = await company.traces()
    assert await run_due(company.engine, company.database, until=company.clock.at) == []
    assert await company.traces() == before


class Overheard:
    """The engine, with a bell that rings after each command; or, while `away`, a database that cannot be reached."""

    def __init__(self, engine: Engine, *, is_away: bool = False) -> None:
        self._engine = engine
        self._is_away = is_away
        self.bell = asyncio.Event()

    async def run(self, command: Command[R], *, at: datetime | None = None) -> R:
        """Run it and ring."""
        self.bell.set()
        if self._is_away:
            raise StorageUnavailable
        return await self._engine.run(command, at=at)


async def test_the_scheduler_works_off_what_is_due_as_soon_as_it_starts(company: Company) -> None:
    await company.fund("alice", 1_000, expires_on=LAST_DAY)
    company.clock.at = APRIL
    overheard = Overheard(company.engine)
    async with open_desk(company) as desk:
        jobs = Jobs(
            overheard,
            database=company.database,
            book=desk.book,
            clock=company.clock,
            sealer=sealer_of(company),
            wall=company.clock,
            keep=KEEP,
        )
        jobs.start()
        await overheard.bell.wait()
        await jobs.stop()
        await jobs.work_off()  # stopping may have broken it off, which loses nothing
    assert await company.balances() == {}
    await assert_no_drift(company)


async def test_holds_that_ended_go_when_nobody_can_ask_for_them_any_more(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        jobs = Jobs(
            company.engine,
            database=company.database,
            book=desk.book,
            clock=company.clock,
            sealer=sealer_of(company),
            wall=company.clock,
            keep=KEEP,
        )
        await desk.call("alice", 300)
        await jobs.prune()
        assert await _kept(company) == 1
        company.clock.at += HOLD_LIFE + CLOCKS_DIFFER + timedelta(seconds=1)
        await jobs.prune()
    assert await _kept(company) == 0
    assert await company.balances() == {"alice": 700}
    await assert_no_drift(company)


async def _kept(company: Company) -> int:
    async with company.database.snapshot() as connection:
        return int(await connection.scalar(select(func.count()).select_from(holds)) or 0)


async def test_jobs_wait_while_the_database_is_away(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    await company.fund("alice", 1_000, expires_on=LAST_DAY)
    company.clock.at = APRIL
    overheard = Overheard(company.engine, is_away=True)
    async with open_desk(company) as desk:
        jobs = Jobs(
            overheard,
            database=company.database,
            book=desk.book,
            clock=company.clock,
            sealer=sealer_of(company),
            wall=company.clock,
            keep=KEEP,
        )
        jobs.start()
        await overheard.bell.wait()
        await jobs.stop()
    assert [record.getMessage() for record in caplog.records if record.name == "core.jobs.scheduler"] == [
        "the database is away; jobs wait"
    ]
    assert await company.balances() == {"alice": 1_000}


class Bell(logging.Handler):
    """Rings at the first line of a log."""

    def __init__(self) -> None:
        super().__init__()
        self.rung = asyncio.Event()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.rung.set()


async def test_a_database_that_cannot_be_reached_is_one_line_and_no_traceback(
    company: Company, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    bell, scheduler = Bell(), logging.getLogger("core.jobs.scheduler")
    scheduler.addHandler(bell)
    async with open_desk(company) as desk, Database(f"sqlite+aiosqlite:///{tmp_path}/gone/alfred.db") as nowhere:
        jobs = Jobs(
            company.engine,
            database=nowhere,
            book=desk.book,
            clock=company.clock,
            sealer=sealer_of(company),
            wall=company.clock,
            keep=KEEP,
        )
        jobs.start()
        await bell.rung.wait()
        await jobs.stop()
    scheduler.removeHandler(bell)
    said = {record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING}
    assert said == {"the database is away; jobs wait"}
