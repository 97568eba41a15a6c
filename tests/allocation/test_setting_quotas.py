"""Changing what people are given: from the next period on, the difference at once if wanted, never what was used."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from core.allocation.remove_quota import RemoveQuota
from core.allocation.set_quota import SetQuota
from core.ledger.accounts import MAX_CREDITS
from core.policy.periods import NO_ROLLOVER, Period
from core.refusals import Because
from core.storage.tables import accounts
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, slices
from tests.allocation.granting import set_quota, until
from tests.company import Company

APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
MID_APRIL = datetime(2026, 4, 15, 10, 0, tzinfo=UTC)
MAY = datetime(2026, 4, 30, 22, 0, tzinfo=UTC)


async def floor(company: Company, whose: str) -> int | None:
    async with company.database.snapshot() as connection:
        found = await connection.scalar(select(accounts.c.floor).where(accounts.c.id == company.account(whose)))
    return None if found is None else int(found)


async def test_a_new_quota_counts_from_the_next_period(company: Company) -> None:
    await company.fund("Backend", 10_000)
    receipt = await set_quota(company, "alice", 1_000)
    assert (receipt.granted_now, receipt.next_refresh) == (0, APRIL)
    assert await until(company, datetime(2026, 3, 31, 21, 0, tzinfo=UTC)) == []
    assert await company.balances() == {"Backend": 10_000}


async def test_a_new_quota_may_be_granted_at_once_for_the_present_period(company: Company) -> None:
    await company.fund("Backend", 10_000)
    receipt = await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER, grant_now=True)
    assert receipt.granted_now == 1_000
    assert await slices(company, "alice") == [(date(2026, 3, 31), 1_000)]
    assert await until(company, datetime(2026, 3, 31, 21, 0, tzinfo=UTC)) == []
    await until(company, APRIL)
    assert await company.balances() == {"Backend": 8_000, "alice": 1_000}
    await assert_no_drift(company)


async def test_an_increase_grants_only_the_difference(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    company.clock.at = MID_APRIL
    assert (await set_quota(company, "alice", 1_600, grant_now=True)).granted_now == 600
    assert (await set_quota(company, "alice", 1_600, grant_now=True)).granted_now == 0
    assert await company.balances() == {"Backend": 8_400, "alice": 1_600}
    await until(company, MAY)
    assert await company.balances() == {"Backend": 6_800, "alice": 3_200}


async def test_a_decrease_takes_nothing_back(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 5_000)
    await until(company, APRIL)
    await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=4_000)
    assert (await set_quota(company, "alice", 1_000, grant_now=True)).granted_now == 0
    assert await company.balances() == {"Backend": 5_000, "alice": 1_000, "bob": 4_000}
    await until(company, MAY)
    assert await company.balances() == {"Backend": 4_000, "alice": 2_000, "bob": 4_000}


async def test_the_difference_cannot_be_more_than_the_parent_has(company: Company) -> None:
    await company.fund("Backend", 500)
    refusal = await company.refused(
        SetQuota, by="carol", owner_id=company.user("alice"), grant_now=True, **quota(amount=501)
    )
    assert refusal.because is Because.OUT_OF_CREDITS


async def test_a_new_calendar_begins_with_its_own_next_period(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    company.clock.at = MID_APRIL  # a Wednesday
    receipt = await set_quota(company, "alice", 300, period=Period.WEEKLY, anchor=date(2026, 4, 6))
    assert receipt.next_refresh == datetime(2026, 4, 19, 22, 0, tzinfo=UTC)
    await until(company, MAY)
    assert await company.balances() == {"Backend": 8_400, "alice": 1_600}


@pytest.mark.parametrize(
    ("period", "anchor", "granted"),
    [(Period.MONTHLY, date(2026, 1, 1), 2_000), (Period.WEEKLY, date(2026, 3, 30), 2_000)],
    ids=["same calendar", "other calendar"],
)
async def test_a_change_before_an_overdue_refresh_loses_no_period(
    company: Company, period: Period, anchor: date, granted: int
) -> None:
    """The jobs were away at midnight; the quota was changed before they came back."""
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    company.clock.at = APRIL.replace(hour=23)
    await set_quota(company, "alice", 2_000, period=period, anchor=anchor)
    await until(company, APRIL.replace(hour=23, minute=30))
    assert await company.balances() == {"Backend": 10_000 - granted, "alice": granted}


async def test_a_quota_set_at_the_very_beginning_of_a_period_serves_it_once(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    await set_quota(company, "alice", 1_500)
    await set_quota(company, "bob", 500)
    await until(company, APRIL)
    assert await company.balances() == {"Backend": 8_500, "alice": 1_000, "bob": 500}


async def test_without_a_hard_limit_calls_may_go_below_zero_but_sends_may_not(company: Company) -> None:
    await company.run(SetQuota, by="carol", owner_id=company.user("alice"), **quota(hard_limit=False, overdraft=20_000))
    assert await floor(company, "alice") == -20_000
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=1_000)
    assert (refusal.because, refusal.facts["available"]) == (Because.OUT_OF_CREDITS, 0)
    await company.run(SetQuota, by="carol", owner_id=company.user("alice"), **quota())
    assert await floor(company, "alice") == 0


async def test_removing_a_quota_ends_its_overdraft_and_its_shortfall(company: Company) -> None:
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    await company.run(SetQuota, by="carol", owner_id=company.user("alice"), **quota(hard_limit=False, overdraft=20_000))
    await company.run(RemoveQuota, by="carol", owner_id=company.user("alice"))
    assert await floor(company, "alice") == 0
    await company.fund("Backend", 5_000)
    await until(company, MID_APRIL)
    assert await company.balances() == {"Backend": 5_000}
    refusal = await company.refused(RemoveQuota, by="carol", owner_id=company.user("alice"))
    assert refusal.because is Because.BAD_VALUE


NONSENSE: Final[list[tuple[dict[str, Any], Because]]] = [
    ({"amount": 0}, Because.AMOUNT_OUT_OF_RANGE),
    ({"amount": -1}, Because.AMOUNT_OUT_OF_RANGE),
    ({"amount": MAX_CREDITS + 1}, Because.AMOUNT_OUT_OF_RANGE),
    ({"typed": ""}, Because.BAD_VALUE),
    ({"typed": "1" * 65}, Because.BAD_VALUE),
    ({"anchor": date(1969, 12, 31)}, Because.BAD_VALUE),
    ({"valid_until": date(2026, 3, 1)}, Because.BAD_VALUE),
    ({"overdraft": 1}, Because.BAD_VALUE),
    ({"hard_limit": False}, Because.BAD_VALUE),
    ({"grant_now": True, "anchor": date(2026, 4, 1)}, Because.BAD_VALUE),
]


async def test_a_quota_that_makes_no_sense_is_refused(company: Company) -> None:
    for wrong, because in NONSENSE:
        refusal = await company.refused(SetQuota, by="carol", owner_id=company.user("alice"), **(quota() | wrong))
        assert (wrong, refusal.because) == (wrong, because)


async def test_nobody_sets_their_own_quota(company: Company) -> None:
    for who in ("carol", "erin", "grace"):
        refusal = await company.refused(SetQuota, by=who, owner_id=company.user(who), **quota())
        assert refusal.because is Because.OWN_GAIN


async def test_a_quota_is_decided_by_the_parent_of_what_gains(company: Company) -> None:
    for who, whose in (
        ("carol", "Backend"),
        ("erin", "Engineering"),
        ("carol", "dan"),
        ("erin", "Acme"),
        ("alice", "alice"),
        ("bob", "alice"),
        ("henry", "alice"),
    ):
        owner_id = company.users.get(whose) or company.node(whose)
        refusal = await company.refused(SetQuota, by=who, owner_id=owner_id, **quota())
        assert (who, whose, refusal.because) == (who, whose, Because.NOT_ALLOWED)


def quota(**changed: int) -> dict[str, Any]:
    """An ordinary monthly quota, but for what is changed."""
    return {"amount": 1_000, "typed": "1k", "period": Period.MONTHLY, "anchor": date(2026, 1, 1)} | changed


async def test_a_longer_period_that_began_with_one_that_is_over_grants_the_rest(company: Company) -> None:
    await company.fund("Backend", 10_000)
    week, today = Period.WEEKLY, company.clock.now().date()
    first = await set_quota(
        company, "alice", 1_000, period=week, anchor=today, valid_until=today + timedelta(days=6), grant_now=True
    )
    assert first.granted_now == 1_000
    await until(company, company.clock.now() + timedelta(days=9))
    assert (await set_quota(company, "alice", 4_000, anchor=today, grant_now=True)).granted_now == 3_000
    assert (await set_quota(company, "alice", 4_500, anchor=today, grant_now=True)).granted_now == 500
    assert (await company.balances())["alice"] == 4_500
    await assert_no_drift(company)
