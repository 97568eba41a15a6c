"""Pools are filled up from the budget above: by their schedule, once however late, as far as the budget goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.directory.archive_node import ArchiveNode
from core.pools.replenish_pools import ReplenishPools
from core.pools.set_pool_quota import SetPoolQuota
from core.refusals import Because
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import set_quota, until
from tests.company import MONDAY, Company
from tests.pools.drawing import apply, draw, fill_to, filled_at, view
from tests.spending.desk import open_desk
from tests.talking import Talk

NEXT_MONDAY = datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
SOON, LATER = date(2026, 3, 20), date(2026, 8, 20)


async def test_every_monday_a_pool_is_filled_up_to_its_quota_from_the_departments_budget(company: Company) -> None:
    await company.fund("Engineering", 200_000, expires_on=SOON)
    await company.fund("Engineering", 900_000, expires_on=LATER)
    await company.fund("Backend pool", 100_000)
    assert (await fill_to(company, "Backend", 500_000)).next_at == NEXT_MONDAY
    await until(company, NEXT_MONDAY - timedelta(seconds=1))
    assert (await company.balances())["Backend pool"] == 100_000
    done = await until(company, NEXT_MONDAY)
    assert [name.split(":")[0] for name in done] == ["replenish"]
    assert await company.balances() == {"Engineering": 700_000, "Backend pool": 500_000}
    assert (await slices(company, "Backend pool"))[:2] == [(SOON, 200_000), (LATER, 200_000)]  # dates are kept
    (event,) = await told(company, "pool.replenished")
    assert (event["amount"], event["quota"], event["available"]) == (400_000, 500_000, 500_000)
    await draw(company, "alice", 30_000)
    await until(company, NEXT_MONDAY + timedelta(days=7))
    assert (await company.balances())["Backend pool"] == 500_000
    assert await until(company, NEXT_MONDAY + timedelta(days=7)) == []
    await assert_no_drift(company)


async def test_monthly_pools_are_filled_up_on_the_first(sqlite_company: Company) -> None:
    company = sqlite_company
    await apply(company, "replenishment: {schedule: monthly}", at="Acme")
    await company.fund("Engineering", 900_000)
    assert (await fill_to(company, "Backend", 500_000)).next_at == APRIL
    await until(company, APRIL - timedelta(seconds=1))
    assert "Backend pool" not in await company.balances()
    await until(company, APRIL)
    assert (await company.balances())["Backend pool"] == 500_000


async def test_continuous_pools_are_filled_up_every_hour_and_what_is_set_aside_counts_as_there(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await apply(company, "replenishment: {schedule: continuous}")
    await company.fund("Engineering", 900_000)
    await fill_to(company, "Backend", 100_000)
    await until(company, MONDAY + timedelta(hours=1))
    assert (await company.balances())["Backend pool"] == 100_000
    company.clock.advance(minutes=5)
    await draw(company, "alice", 60_000, "P0")
    async with open_desk(company) as desk:
        await desk.call("bob", 10_000)
    await until(company, MONDAY + timedelta(hours=2))
    assert (await company.balances(), await company.held()) == (
        {"Engineering": 790_000, "Backend pool": 100_000},
        {"Backend pool": 60_000},
    )
    await assert_no_drift(company)


async def test_a_short_budget_is_divided_and_its_managers_hear_of_it_once(company: Company) -> None:
    await apply(company, "replenishment: {schedule: continuous}", at="Engineering")
    await company.fund("Engineering", 30_000)
    await fill_to(company, "Backend", 80_000)
    await fill_to(company, "Platform", 40_000)
    await until(company, MONDAY + timedelta(hours=3))
    assert await company.balances() == {"Backend pool": 20_000, "Platform pool": 10_000}
    short = await told(company, "pool.short")
    assert [(event["team_id"], event["missing"]) for event in short] == [
        (company.node("Backend"), 60_000),
        (company.node("Platform"), 30_000),
    ]
    await company.fund("Engineering", 500_000)
    await until(company, MONDAY + timedelta(hours=4))
    assert await company.balances() == {"Engineering": 410_000, "Backend pool": 80_000, "Platform pool": 40_000}
    assert len(await told(company, "pool.short")) == 2
    await assert_no_drift(company)


async def test_at_one_midnight_old_credits_expire_quotas_refresh_and_then_pools_are_filled_up(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await company.fund("Engineering", 70_000, expires_on=date(2026, 3, 8))
    await company.fund("Acme", 500_000)
    await set_quota(company, "Engineering", 100_000, anchor=date(2026, 3, 9))
    await set_quota(company, "Backend", 30_000, anchor=date(2026, 3, 9))
    await fill_to(company, "Backend", 500_000)
    done = await until(company, NEXT_MONDAY)
    assert [name.split(":")[0] for name in done] == ["expire", "refresh", "refresh", "replenish"]
    assert await company.balances() == {"Acme": 400_000, "Backend": 30_000, "Backend pool": 70_000}


async def test_a_late_run_goes_by_the_schedule_of_the_moments_that_it_makes_up_for(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Engineering", 900_000)
    await fill_to(company, "Backend", 100_000)
    company.clock.at = NEXT_MONDAY + timedelta(days=2)  # the jobs are away
    await apply(company, "replenishment: {schedule: continuous}")
    await until(company, NEXT_MONDAY + timedelta(days=2, hours=2))
    dues = [event["due"] for event in await told(company, "pool.replenished")]
    assert dues == ["2026-03-08T23:00:00+00:00"]
    assert await filled_at(company) == [
        NEXT_MONDAY,
        *(NEXT_MONDAY + timedelta(days=2, hours=hour) for hour in range(3)),
    ]


async def test_a_quota_is_raised_lowered_and_taken_away(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Engineering", 900_000)
    await fill_to(company, "Backend", 100_000)
    await fill_to(company, "Backend", 300_000)
    await until(company, NEXT_MONDAY)
    assert (await company.balances())["Backend pool"] == 300_000
    await fill_to(company, "Backend", 50_000)
    await until(company, NEXT_MONDAY + timedelta(days=7))
    assert (await company.balances())["Backend pool"] == 300_000
    await fill_to(company, "Backend", None)
    assert (await view(company, "alice")).filling is None
    assert await until(company, NEXT_MONDAY + timedelta(days=14)) == []


async def test_the_pool_of_a_team_that_is_gone_gets_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Sales", 900_000)
    await fill_to(company, "Field", 100_000)
    await company.run(ArchiveNode, by="grace", node_id=company.node("Field"))
    assert await until(company, NEXT_MONDAY) == []


@pytest.mark.parametrize(
    ("who", "team", "amount", "because"),
    [
        ("carol", "Backend", 1_000, Because.NOT_ALLOWED),
        ("alice", "Backend", 1_000, Because.NOT_ALLOWED),
        ("grace", "Engineering", 1_000, Because.BAD_VALUE),
        ("erin", "Backend", 0, Because.AMOUNT_OUT_OF_RANGE),
        ("erin", "Backend", None, Because.BAD_VALUE),
    ],
)
async def test_only_who_answers_for_the_budget_above_sets_what_a_pool_is_filled_up_to(
    sqlite_company: Company, who: str, team: str, amount: int | None, because: Because
) -> None:
    company = sqlite_company
    refusal = await company.refused(SetPoolQuota, by=who, team_id=company.node(team), amount=amount, typed=str(amount))
    assert refusal.because is because


async def test_nobody_but_the_jobs_fills_up(sqlite_company: Company) -> None:
    company = sqlite_company
    engineering = company.node("Engineering")
    refusal = await company.refused(ReplenishPools, by="grace", parent_id=engineering, due=company.clock.at)
    assert refusal.because is Because.NOT_ALLOWED


async def test_a_manager_sets_the_quota_in_words_and_everybody_sees_it(sqlite_company: Company) -> None:
    company = sqlite_company
    talk = Talk(company)
    reply = await talk.says("erin", "pool quota 500k backend")
    assert reply.in_words() == (
        "The pool of Backend is filled up to 500,000 tokens weekly.\n"
        "First on Mon 9 Mar 2026, 00:00 (Europe/Berlin), from the budget above the team."
    )
    facts = {fact.label: fact.value for fact in (await talk.says("alice", "pool")).facts}
    assert facts["Filled up"] == ("to 500,000 tokens weekly from the budget of Engineering, next Mon 9 Mar 2026")
    assert (await talk.says("carol", "pool quota 1M")).title == "You may not do that."
    assert (await talk.says("erin", "pool quota none backend")).title == (
        "The pool of Backend is filled up no more; what it has stays."
    )
