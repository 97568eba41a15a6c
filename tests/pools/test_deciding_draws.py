"""Who decides about credits of the pool, and that it is decided once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.approvals.delegate import Delegate
from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.approvals.waiting import Waiting
from core.directory.move_user import MoveUser
from core.pools.cancel_draw import CancelDraw
from core.pools.decide_draw import DecideDraw
from core.pools.expire_draw import ExpireDraw
from core.pools.states import DrawState
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import MONDAY, Company, found_company
from tests.pools.drawing import asked, draw
from tests.spending.desk import open_desk


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
