"""How much somebody draws from the pool: by month, by seniority, by what is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.directory.change_user import ChangeUser
from core.directory.create_user import Seniority
from core.ledger.accounts import NEVER
from core.pools.cancel_draw import CancelDraw
from core.pools.decide_draw import DecideDraw
from core.pools.request_draw import RequestDraw
from core.pools.states import DrawState
from core.refusals import Because, Refused
from tests.accounts_read import assert_no_drift
from tests.allocation.granting import until
from tests.company import MONDAY, Company
from tests.pools.drawing import apply, asked, draw, make_junior, room
from tests.spending.desk import open_desk

APRIL = "2026-03-31T22:00:00+00:00"


async def test_above_50_000_a_reason_is_needed(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 400_000)
    refusal = await company.refused(RequestDraw, by="alice", amount=50_001, reason="  ")
    assert (refusal.because, refusal.facts["limit"]) == (Because.JUSTIFICATION_NEEDED, 50_000)
    assert (await draw(company, "alice", 50_001, "load test")).state is DrawState.PENDING


async def test_calls_and_requests_count_together_against_500_000_a_month(company: Company) -> None:
    await company.fund("Backend pool", 2_000_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 420_000)
        await draw(company, "alice", 40_000)
        held = await desk.hold("alice", 70_000)  # 40,000 of her own, 30,000 of the pool
        refusal = await company.refused(RequestDraw, by="alice", amount=10_001)
        await desk.spending.release(held)
    assert refusal.because is Because.OVER_POOL_ALLOWANCE
    assert refusal.facts == {"amount": 10_001, "limit": 500_000, "used": 490_000, "left": 10_000, "resets": APRIL}
    assert (await draw(company, "alice", 40_000)).left == 0
    with pytest.raises(Refused):
        async with open_desk(company) as desk:
            await desk.hold("alice", 80_001)
    await until(company, MONDAY + timedelta(days=30))
    assert (await draw(company, "alice", 50_000)).left == 450_000
    await assert_no_drift(company)


async def test_what_waits_counts_against_the_month_in_which_it_was_asked(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 2_000_000)
    company.clock.at = MONDAY + timedelta(days=29, hours=12)
    receipt = await draw(company, "alice", 500_000, "the launch")
    refusal = await company.refused(RequestDraw, by="alice", amount=1)
    assert (refusal.because, refusal.facts["left"]) == (Because.OVER_POOL_ALLOWANCE, 0)
    company.clock.advance(hours=15)
    await draw(company, "alice", 50_000)
    await company.run(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (await room(company, "alice")).left == 450_000
    await assert_no_drift(company)


async def test_a_junior_draws_100_000_a_month_and_asks_five_times(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 2_000_000)
    await make_junior(company, "alice")
    refusal = await company.refused(RequestDraw, by="alice", amount=100_001, reason="much")
    assert (refusal.because, refusal.facts["limit"]) == (Because.OVER_POOL_ALLOWANCE, 100_000)
    receipt = await draw(company, "alice", 90_000, "much")
    await company.run(CancelDraw, by="alice", draw_id=receipt.draw_id)  # does not count
    for _ in range(5):
        await draw(company, "alice", 1_000)
    refusal = await company.refused(RequestDraw, by="alice", amount=1_000)
    assert refusal.because is Because.TOO_MANY_DRAWS
    assert refusal.facts == {"limit": 5, "used": 5, "resets": APRIL}
    await until(company, MONDAY + timedelta(days=30))
    await draw(company, "alice", 1_000)
    assert (await room(company, "alice")).requests_left == 4


async def test_a_changed_limit_counts_at_once_for_calls_and_requests(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 2_000_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 100_000)
        await apply(company, "draw_limits: {per_user_per_month: 150000}")
        desk.ticks += 10
        assert (await room(company, "alice")).left == 50_000
        with pytest.raises(Refused):
            await desk.call("alice", 50_001)
        await desk.call("alice", 20_000)
        await apply(company, "draw_limits: {per_user_per_month: 50000}")
        refusal = await company.refused(RequestDraw, by="alice", amount=1)
        assert (refusal.because, refusal.facts["left"]) == (Because.OVER_POOL_ALLOWANCE, 0)
        await apply(company, "draw_limits: {per_user_per_month: 600000}")
        assert (await draw(company, "alice", 30_000)).left == 450_000
    await assert_no_drift(company)


async def test_who_grows_up_draws_as_much_as_others_at_once(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 2_000_000)
    await make_junior(company, "alice")
    await draw(company, "alice", 50_000)
    refusal = await company.refused(ChangeUser, by="alice", user_id=company.user("alice"), seniority=Seniority.SENIOR)
    assert refusal.because is Because.NOT_ALLOWED
    await company.run(ChangeUser, by="erin", user_id=company.user("alice"), seniority=Seniority.SENIOR)
    assert (await draw(company, "alice", 50_000)).left == 400_000


async def test_every_field_of_the_policy_counts(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 2_000_000)
    await make_junior(company, "bob")
    limits = "per_user_per_month: 9000, junior_dev_limit: 4000, require_justification_over: 1000"
    await apply(company, f"access_mode: request_approval, draw_limits: {{{limits}}}")
    assert (await company.refused(RequestDraw, by="alice", amount=1_001)).because is Because.JUSTIFICATION_NEEDED
    assert (await draw(company, "alice", 1_001, "why not")).state is DrawState.PENDING
    assert (await company.refused(RequestDraw, by="alice", amount=8_000, reason="x")).facts["left"] == 7_999
    assert (await company.refused(RequestDraw, by="bob", amount=4_001, reason="x")).facts["left"] == 4_000
    async with open_desk(company) as desk:
        with pytest.raises(Refused):
            await desk.hold("alice", 1)  # on request alone
        await draw(company, "alice", 1_000)
        await desk.call("alice", 1_000)


async def test_nobody_draws_what_the_pool_does_not_have_free(sqlite_company: Company) -> None:
    company = sqlite_company
    await asked(company, funds=100_000)
    refusal = await company.refused(RequestDraw, by="bob", amount=40_001)
    assert (refusal.because, refusal.facts) == (Because.POOL_SHORT, {"asked": 40_001, "available": 40_000})
    await draw(company, "bob", 40_000)


async def test_what_expires_before_a_decision_is_due_is_not_set_aside(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 60_000, expires_on=MONDAY.date())
    refusal = await company.refused(RequestDraw, by="alice", amount=60_000, reason="x")
    assert (refusal.because, refusal.facts["available"]) == (Because.OUT_OF_CREDITS, 0)
    await company.fund("Backend pool", 60_000, expires_on=NEVER)
    await draw(company, "alice", 60_000, "x")
    assert await company.held() == {"Backend pool": 60_000}


async def test_without_a_team_there_is_no_pool(sqlite_company: Company) -> None:
    refusal = await sqlite_company.refused(RequestDraw, by="erin", amount=1_000)
    assert (refusal.because, refusal.facts) == (Because.NO_POOL, {"home": "Engineering"})


@pytest.mark.parametrize("amount", [0, -5, 10**16])
async def test_amounts_out_of_range_are_refused(sqlite_company: Company, amount: int) -> None:
    refusal = await sqlite_company.refused(RequestDraw, by="alice", amount=amount)
    assert refusal.because is Because.AMOUNT_OUT_OF_RANGE


@pytest.mark.parametrize("who", ["henry", "frank", "ci-bot"])
async def test_who_may_not_send_may_not_draw(sqlite_company: Company, who: str) -> None:
    assert (await sqlite_company.refused(RequestDraw, by=who, amount=1_000)).because is Because.NOT_ALLOWED
