"""Asking the pool of one's team: small amounts come at once, larger ones wait, and a month has a limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.approvals.states import ApprovalState
from core.leaving.deactivate_user import DeactivateUser
from core.pools.cancel_draw import CancelDraw
from core.pools.decide_draw import DecideDraw
from core.pools.states import DrawState
from core.refusals import Because
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import MONDAY, Company
from tests.pools.drawing import asked, draw, room

SOON, LATER = date(2026, 3, 20), date(2026, 4, 20)


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
