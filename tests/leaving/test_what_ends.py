"""Who leaves while something waits."""

from __future__ import annotations

from datetime import timedelta

from core.approvals.delegate import Delegate
from core.approvals.waiting import Waiting
from core.directory.archive_node import ArchiveNode
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.pools.decide_draw import DecideDraw
from core.pools.fund_pool import FundPool
from core.pools.request_draw import RequestDraw
from core.refusals import Because
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.grant_request import GrantRequest
from core.transfers.lend_credits import LendCredits
from core.transfers.open_requests import OpenRequests
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits, Sent
from tests.accounts_read import assert_no_drift, told
from tests.company import Company


async def ask(company: Company, by: str, to: str) -> Sent:
    await company.fund(by, 200_000)
    return await company.run(SendCredits, by=by, recipients=(company.user(to),), amount=150_000)


async def test_what_a_leaver_asked_for_is_cancelled_and_all_their_credits_go_home(company: Company) -> None:
    asked = await ask(company, "alice", "bob")
    await company.fund("Backend pool", 60_000)
    other = await company.run(RequestDraw, by="alice", amount=60_000, reason="P0")
    receipt = await company.run(DeactivateUser, by="grace", user_id=company.user("alice"))
    assert set(receipt.requests_cancelled) == {asked.approval_id, other.approval_id}
    assert (await company.balances(), await company.held()) == ({"Backend": 200_000, "Backend pool": 60_000}, {})
    assert len(await told(company, "transfer.cancelled")) == 1
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "cancelled")
    await assert_no_drift(company)


async def test_what_colleagues_and_a_leaver_ask_of_each_other_ends_and_who_stays_hears_it(company: Company) -> None:
    await company.fund("bob", 50_000)
    theirs = await company.run(RequestCredits, by="alice", colleague_id=company.user("bob"), amount=5_000)
    asked = await company.run(RequestCredits, by="bob", colleague_id=company.user("alice"), amount=6_000)
    receipt = await company.run(DeactivateUser, by="grace", user_id=company.user("alice"))
    assert receipt.requests_cancelled == (theirs.request_id, asked.request_id)
    assert await company.ask(OpenRequests, by="bob") == ()
    ends = [(end["request_id"], end["state"]) for end in await told(company, "credits.request_ended")]
    assert ends == [(theirs.request_id, "cancelled"), (asked.request_id, "expired")]
    refusal = await company.refused(GrantRequest, by="bob", request_id=theirs.request_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "cancelled")


async def test_nobody_sends_to_who_left_meanwhile(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, "alice", "bob")
    await company.run(DeactivateUser, by="grace", user_id=company.user("bob"))
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.INACTIVE_USER
    await company.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=False)
    assert (await company.balances(), await company.held()) == ({"alice": 200_000}, {})


async def test_a_draw_outlives_its_team_without_paying_and_nobody_reads_an_id(company: Company) -> None:
    await company.fund("Backend pool", 60_000)
    asked = await company.run(RequestDraw, by="alice", amount=60_000, reason="P0")
    for who in ("alice", "bob", "carol", "ci-bot"):
        await company.run(MoveUser, by="grace", user_id=company.user(who), home_id=company.node("Platform"))
    for ended in ("Apollo", "Backend"):
        await company.run(ArchiveNode, by="grace", node_id=company.node(ended))
    refusal = await company.refused(DecideDraw, by="erin", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["team"]) == (Because.NO_POOL, "Backend")
    refusal = await company.refused(FundPool, by="grace", team_id=company.node("Backend"), amount=1_000)
    assert (refusal.because, refusal.facts["name"]) == (Because.ARCHIVED_NODE, "Backend")
    await company.run(DecideDraw, by="erin", approval_id=asked.approval_id, is_yes=False)
    assert (await company.balances(), await company.held()) == ({"Engineering": 60_000}, {})
    await assert_no_drift(company)


async def test_delegations_of_and_to_a_leaver_end(company: Company) -> None:
    await ask(company, "alice", "bob")
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    await company.run(Delegate, by="dan", delegate_id=company.user("bob"))
    receipt = await company.run(DeactivateUser, by="grace", user_id=company.user("dan"))
    assert len(receipt.delegations_ended) == 2
    assert len(await told(company, "delegation.ended")) == 2


async def test_without_its_only_approver_a_request_falls_to_the_next_tier_at_once(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, "alice", "bob")
    for gone in ("carol", "erin"):
        await company.run(DeactivateUser, by="grace", user_id=company.user(gone))
    assert [line.approval_id for line in (await company.ask(Waiting, by="grace")).for_me] == [asked.approval_id]
    assert (
        await company.run(DecideTransfer, by="grace", approval_id=asked.approval_id, is_yes=True)
    ).state == "approved"


async def test_what_a_leaver_owes_is_paid_back_as_far_as_it_goes(company: Company) -> None:
    await company.fund("alice", 50_000)
    due_at = company.clock.at + timedelta(days=5)
    await company.run(LendCredits, by="alice", borrower_id=company.user("bob"), amount=30_000, due_at=due_at)
    await company.run(SendCredits, by="bob", recipients=(company.user("dan"),), amount=20_000)
    receipt = await company.run(DeactivateUser, by="grace", user_id=company.user("bob"))
    assert [(loan.amount, loan.left) for loan in receipt.loans] == [(10_000, 20_000)]
    assert await company.balances() == {"alice": 30_000, "dan": 20_000}
    await assert_no_drift(company)
