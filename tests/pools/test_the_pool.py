"""Funding a pool, taking back, and seeing how it stands."""

from __future__ import annotations

from datetime import date

import pytest

from core.directory.archive_node import ArchiveNode
from core.pools.fund_pool import FundPool
from core.pools.withdraw_from_pool import WithdrawFromPool
from core.refusals import Because, Refused
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company, found_rival
from tests.pools.drawing import draw, make_junior, room, view
from tests.spending.desk import open_desk

SOON, LATER = date(2026, 3, 20), date(2026, 4, 20)


async def test_the_teams_budget_funds_the_pool_and_gets_back_what_is_free(company: Company) -> None:
    await company.fund("Backend", 30_000, expires_on=SOON)
    await company.fund("Backend", 100_000, expires_on=LATER)
    done = await company.run(FundPool, by="carol", team_id=company.node("Backend"), amount=50_000, reason="spikes")
    assert (done.team, done.pool_available, done.budget_available) == ("Backend", 50_000, 80_000)
    assert await slices(company, "Backend pool") == [(SOON, 30_000), (LATER, 20_000)]
    (funded,) = await told(company, "pool.funded")
    assert (funded["amount"], funded["by_id"]) == (50_000, company.user("carol"))
    back = await company.run(WithdrawFromPool, by="carol", team_id=company.node("Backend"), amount=40_000)
    assert (back.pool_available, back.budget_available) == (10_000, 120_000)
    assert await slices(company, "Backend") == [(SOON, 30_000), (LATER, 90_000)]
    assert [event["amount"] for event in await told(company, "pool.withdrawn")] == [40_000]
    assert await company.balances() == {"Backend": 120_000, "Backend pool": 10_000}
    await assert_no_drift(company)


async def test_what_calls_and_requests_have_set_aside_cannot_be_withdrawn(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 100_000)
    await draw(company, "alice", 60_000, "P0")
    async with open_desk(company) as desk:
        await desk.hold("bob", 30_000)
    refusal = await company.refused(WithdrawFromPool, by="carol", team_id=company.node("Backend"), amount=10_001)
    assert (refusal.because, refusal.facts) == (Because.POOL_SHORT, {"asked": 10_001, "available": 10_000})
    await company.run(WithdrawFromPool, by="carol", team_id=company.node("Backend"), amount=10_000)


async def test_a_budget_that_is_short_funds_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend", 1_000)
    refusal = await company.refused(FundPool, by="carol", team_id=company.node("Backend"), amount=1_001)
    assert refusal.because is Because.OUT_OF_CREDITS


@pytest.mark.parametrize("command", [FundPool, WithdrawFromPool])
@pytest.mark.parametrize(
    ("who", "team", "because"),
    [
        ("alice", "Backend", Because.NOT_ALLOWED),
        ("frank", "Backend", Because.NOT_ALLOWED),
        ("carol", "Platform", Because.NOT_ALLOWED),
        ("erin", "Engineering", Because.BAD_VALUE),
        ("grace", "Field", Because.ARCHIVED_NODE),
    ],
)
async def test_only_who_manages_a_living_teams_pool_moves_its_credits(
    sqlite_company: Company, command: type[FundPool], who: str, team: str, because: Because
) -> None:
    company = sqlite_company
    for place in ("Backend", "Backend pool", "Platform", "Platform pool", "Engineering"):
        await company.fund(place, 5_000)
    await company.run(ArchiveNode, by="grace", node_id=company.node("Field"))
    refusal = await company.refused(command, by=who, team_id=company.node(team), amount=1_000)
    assert refusal.because is because


async def test_another_organizations_pool_does_not_exist(sqlite_company: Company) -> None:
    bolt = await found_rival(sqlite_company)
    refusal = await bolt.refused(FundPool, by="mallory", team_id=sqlite_company.node("Backend"), amount=1)
    assert refusal.because is Because.UNKNOWN_NODE


async def test_everyone_in_the_team_sees_who_drew_how_much_by_calls_and_by_request(company: Company) -> None:
    await company.fund("Backend pool", 1_000_000)
    await make_junior(company, "bob")
    async with open_desk(company) as desk:
        await desk.call("bob", 7_000)
        await draw(company, "bob", 3_000)
        await draw(company, "carol", 50_000)
        pending = await draw(company, "alice", 60_000, "P0 incident")
        await desk.hold("bob", 5_000)  # 3,000 of his own, 2,000 of the pool
    seen = await view(company, "alice")
    assert [(line.handle, line.by_calls, line.by_request) for line in seen.drew] == [
        ("carol", 0, 50_000),
        ("bob", 7_000, 3_000),
    ]
    assert (seen.drawn, seen.available, seen.held) == (60_000, 878_000, 62_000)
    assert [(item.handle, item.amount, item.reason, item.is_own) for item in seen.waiting] == [
        ("alice", 60_000, "P0 incident", True)
    ]
    assert seen.waiting[0].approval_id == pending.approval_id
    assert (seen.may_manage, seen.budget) == (False, None)
    own = await room(company, "alice")
    assert (own.left, own.requests_left) == (440_000, None)
    theirs = await room(company, "bob")
    assert (theirs.left, theirs.requests_left) == (88_000, 4)
    lead = await view(company, "carol")
    assert (lead.may_manage, lead.budget, lead.waiting[0].is_own) == (True, 0, False)


async def test_finance_sees_the_sum_but_not_who_and_strangers_see_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend pool", 1_000_000)
    await draw(company, "alice", 50_000)
    seen = await view(company, "frank", "Backend")
    assert (seen.drawn, seen.drew, seen.waiting, seen.own) == (50_000, (), (), None)
    assert [line.handle for line in (await view(company, "erin", "Backend")).drew] == ["alice"]
    with pytest.raises(Refused) as refused:
        await view(company, "dan", "Backend")
    assert refused.value.refusal.because is Because.NOT_ALLOWED
