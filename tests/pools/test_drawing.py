"""Asking the pool of one's team: small amounts come at once, larger ones wait, and a month has a limit."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest

from core.approvals.delegate import Delegate
from core.approvals.preapprove import Preapprove
from core.approvals.states import ApprovalState, Subject
from core.approvals.waiting import Waiting
from core.directory.change_user import ChangeUser
from core.directory.create_user import Seniority
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ledger.accounts import NEVER
from core.pools.cancel_draw import CancelDraw
from core.pools.decide_draw import DecideDraw
from core.pools.expire_draw import ExpireDraw
from core.pools.request_draw import DrawAsked, RequestDraw
from core.pools.states import DrawState
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import MONDAY, Company, found_company
from tests.pools.drawing import apply, draw, make_junior, room
from tests.spending.desk import open_desk

SOON, LATER = date(2026, 3, 20), date(2026, 4, 20)
APRIL = "2026-03-31T22:00:00+00:00"


async def asked(company: Company, *, amount: int = 60_000, funds: int = 400_000) -> DrawAsked:
    """Alice asks for 60,000 of a pool of 400,000."""
    await company.fund("Backend pool", funds)
    return await draw(company, "alice", amount, "P0 incident")


async def test_up_to_50_000_come_at_once_and_keep_their_dates(company: Company) -> None:
    await company.fund("Backend pool", 30_000, expires_on=SOON)
    await company.fund("Backend pool", 100_000, expires_on=LATER)
    receipt = await draw(company, "alice", 50_000)
    assert (receipt.state, receipt.available, receipt.left) == (DrawState.COMPLETED, 50_000, 450_000)
    assert await company.balances() == {"alice": 50_000, "Backend pool": 80_000}
    assert await slices(company, "alice") == [(SOON, 30_000), (LATER, 20_000)]
    (completed,) = await told(company, "draw.completed")
    assert (completed["amount"], completed["decided_by"]) == (50_000, None)
    await assert_no_drift(company)


async def test_above_50_000_the_pool_sets_them_aside_until_the_team_lead_decides(company: Company) -> None:
    receipt = await asked(company)
    assert (receipt.state, receipt.approvers, receipt.left) == (DrawState.PENDING, ("carol",), 440_000)
    assert receipt.expires_at == company.clock.at + timedelta(hours=24)
    assert await company.balances() == {"Backend pool": 400_000}
    assert await company.held() == {"Backend pool": 60_000}
    decided = await company.run(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (decided.state, decided.requester, decided.granted) == (ApprovalState.APPROVED, "alice", 60_000)
    assert (await company.balances(), await company.held()) == ({"alice": 60_000, "Backend pool": 340_000}, {})
    assert (await room(company, "alice")).left == 440_000
    await assert_no_drift(company)


async def test_a_yes_to_less_gives_the_rest_back_to_pool_and_allowance(company: Company) -> None:
    receipt = await asked(company)
    await company.run(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True, amount=20_000)
    assert (await company.balances(), await company.held()) == ({"alice": 20_000, "Backend pool": 380_000}, {})
    assert (await room(company, "alice")).left == 480_000
    (completed,) = await told(company, "draw.completed")
    assert (completed["amount"], completed["asked"]) == (20_000, 60_000)
    await assert_no_drift(company)


@pytest.mark.parametrize("ending", ["denied", "cancelled", "expired", "left"])
async def test_what_comes_to_nothing_is_the_pools_and_the_allowances_again(
    sqlite_company: Company, ending: str
) -> None:
    company = sqlite_company
    receipt = await asked(company)
    if ending == "denied":
        await company.run(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=False, note="not now")
    elif ending == "cancelled":
        await company.run(CancelDraw, by="alice", draw_id=receipt.draw_id)
    elif ending == "expired":
        done = await until(company, MONDAY + timedelta(hours=24))
        assert [name.split(":")[0] for name in done] == ["remind", "escalate", "expire-draw"]
    else:
        await company.run(DeactivateUser, by="grace", user_id=company.user("alice"))
    assert (await company.balances(), await company.held()) == ({"Backend pool": 400_000}, {})
    states = {"denied": "rejected", "left": "cancelled"}
    assert [event["state"] for event in await told(company, "draw.ended")] == [states.get(ending, ending)]
    if ending != "left":
        assert (await room(company, "alice")).left == 500_000
    refusal = await company.refused(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert refusal.because is Because.ALREADY_DECIDED
    await assert_no_drift(company)


async def test_a_leavers_draws_and_credits_go_their_ways_on_both_databases(company: Company) -> None:
    receipt = await asked(company)
    await draw(company, "alice", 10_000)
    left = await company.run(DeactivateUser, by="grace", user_id=company.user("alice"))
    assert left.requests_cancelled == (receipt.approval_id,)
    assert (await company.balances(), await company.held()) == ({"Backend": 10_000, "Backend pool": 390_000}, {})
    await assert_no_drift(company)


# --------------------------------------------------------------------------- limits


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


# --------------------------------------------------------------------------- deciding


async def test_who_gains_never_decides_not_even_as_a_delegate_or_by_breaking_the_glass(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    receipt = await asked(company)
    await company.run(Delegate, by="carol", delegate_id=company.user("alice"))
    refusal = await company.refused(
        DecideDraw, by="alice", approval_id=receipt.approval_id, is_yes=True, justification="it burns"
    )
    assert refusal.because is Because.OWN_GAIN
    refusal = await company.refused(DecideDraw, by="bob", approval_id=receipt.approval_id, is_yes=True)
    assert refusal.because is Because.NOT_AN_APPROVER


async def test_a_leads_own_request_goes_to_the_manager_and_what_nobody_decides_goes_up(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 400_000)
    assert (await draw(company, "carol", 60_000, "the team needs it")).approvers == ("erin",)
    receipt = await draw(company, "alice", 60_000, "P0")
    await until(company, MONDAY + timedelta(hours=16))
    line = next(line for line in (await company.ask(Waiting, by="erin")).for_me if line.requester == "alice")
    assert line.approval_id == receipt.approval_id
    await company.run(DecideDraw, by="erin", approval_id=receipt.approval_id, is_yes=True)
    assert (await company.balances())["alice"] == 60_000


async def test_who_has_agreed_in_advance_is_not_asked(sqlite_company: Company) -> None:
    company = sqlite_company
    ends_at = company.clock.at + timedelta(days=1)
    await company.run(Preapprove, by="carol", subject=Subject.DRAW, most=80_000, ends_at=ends_at)
    receipt = await asked(company)
    assert (receipt.state, await company.held()) == (DrawState.COMPLETED, {})
    (completed,) = await told(company, "draw.completed")
    assert completed["decided_by"] == company.user("carol")
    await assert_no_drift(company)


async def test_who_has_left_the_team_gets_nothing_of_its_pool(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company)
    await company.run(MoveUser, by="grace", user_id=company.user("alice"), home_id=company.node("Platform"))
    refusal = await company.refused(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["team"]) == (Because.NO_POOL, "Backend")
    await company.run(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=False)
    assert (await company.balances(), await company.held()) == ({"Backend pool": 400_000}, {})


async def test_only_ones_own_open_request_can_be_taken_back(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company)
    assert (await company.refused(CancelDraw, by="bob", draw_id=receipt.draw_id)).because is Because.UNKNOWN_DRAW
    paid = await draw(company, "alice", 1_000)
    assert (await company.refused(CancelDraw, by="alice", draw_id=paid.draw_id)).because is Because.NOT_PENDING
    early = await company.refused(ExpireDraw, by="system", approval_id=receipt.approval_id)
    assert early.because is Because.BAD_VALUE
    refusal = await company.refused(DecideDraw, by="carol", approval_id=receipt.approval_id, is_yes=True, amount=60_001)
    assert refusal.because is Because.AMOUNT_OUT_OF_RANGE


# --------------------------------------------------------------------------- at once


@pytest.mark.postgres
async def test_of_100_draws_at_once_only_a_months_worth_passes(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    await company.fund("Backend pool", 2_000_000)
    door = asyncio.Semaphore(20)

    async def one() -> str:
        async with door:
            try:
                await draw(company, "alice", 10_000)
            except Refused as refused:
                return refused.refusal.because.value
            return "drawn"

    async with open_desk(company) as desk:

        async def call() -> str:
            await desk.hold("bob", 10_000)
            return "held"

        ended = Counter(await asyncio.gather(*(one() for _ in range(100)), *(call() for _ in range(10))))
    assert ended == {"drawn": 50, Because.OVER_POOL_ALLOWANCE.value: 50, "held": 10}
    assert await company.balances() == {"alice": 500_000, "Backend pool": 1_500_000}
    await assert_no_drift(company)


@pytest.mark.postgres
async def test_of_two_approvers_at_once_one_decides_and_the_other_learns_who(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    receipt = await asked(company)
    await until(company, MONDAY + timedelta(hours=16))

    async def decide(who: str, *, is_yes: bool) -> str:
        try:
            await company.run(DecideDraw, by=who, approval_id=receipt.approval_id, is_yes=is_yes)
        except Refused as refused:
            return str(refused.refusal.facts["by"])
        return who

    winners = set(await asyncio.gather(decide("carol", is_yes=True), decide("erin", is_yes=False)))
    assert len(winners) == 1
    paid = {"alice": 60_000} if winners == {"carol"} else {}
    assert await company.balances() == paid | {"Backend pool": 400_000 - sum(paid.values())}
    assert await company.held() == {}
    await assert_no_drift(company)
