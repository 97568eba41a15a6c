"""Two workers, and returns while colleagues spend, on Postgres: locks mean something only there."""

from __future__ import annotations

import asyncio

import pytest

from core.jobs.due import run_due
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.storage.database import Database
from tests.accounts_read import assert_no_drift
from tests.company import Company, find_company
from tests.ooo.away import away, berlin, give_march, morning_of, moved_days, outstanding, split
from tests.spending.desk import open_desk

pytestmark = pytest.mark.postgres


@pytest.fixture
async def acme(postgres_acme: Database) -> Company:
    company = await find_company(postgres_acme)
    await give_march(company, "alice")
    return company


async def test_two_workers_at_once_move_each_day_once(acme: Company) -> None:
    await away(acme, "alice", "2026-03-09", "2026-03-16")
    acme.clock.at = berlin("2026-03-15", 9)
    await asyncio.gather(*(run_due(acme.engine, acme.database, until=acme.clock.at) for _ in range(2)))
    assert list((await moved_days(acme, "alice")).values()) == [10_000] * 6
    assert await acme.balances() == {"alice": 250_000, "Backend pool": 48_000, "Backend": 12_000}
    await assert_no_drift(acme)


async def test_two_who_set_it_at_once_make_one_absence(acme: Company) -> None:
    fields = {"user_id": acme.user("alice"), "starts_at": berlin("2026-03-09"), "ends_at": berlin("2026-03-16")}
    commands = [acme.run(SetOutOfOffice, by=who, at=None, **fields) for who in ("alice", "carol", "erin")]
    assert len({receipt.absence_id for receipt in await asyncio.gather(*commands)}) == 1


async def test_what_a_colleague_spends_meanwhile_is_spent_or_back_never_both(acme: Company) -> None:
    set_ = await away(acme, "alice", "2026-03-09", "2026-03-16", phases=split(acme, bob=100))
    await morning_of(acme, "2026-03-13")
    async with open_desk(acme) as desk:
        calls = [desk.call("bob", 2_000) for _ in range(10)]
        back = acme.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
        outcomes = await asyncio.gather(*calls, back, return_exceptions=True)
    paid = 2_000 * sum(not isinstance(outcome, BaseException) for outcome in outcomes[:-1])
    assert await outstanding(acme, "alice") >= paid
    balances = await acme.balances()
    assert sum(balances.values()) == 310_000 - paid
    assert balances["alice"] + balances.get("bob", 0) + paid == 310_000
    await assert_no_drift(acme)
