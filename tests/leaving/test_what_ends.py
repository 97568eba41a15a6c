"""Who leaves while something waits."""

from __future__ import annotations

from datetime import timedelta

from core.approvals.delegate import Delegate
from core.approvals.waiting import Waiting
from core.leaving.deactivate_user import DeactivateUser
from core.pools.request_draw import RequestDraw
from core.refusals import Because
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.lend_credits import LendCredits
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


async def test_nobody_sends_to_who_left_meanwhile(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, "alice", "bob")
    await company.run(DeactivateUser, by="grace", user_id=company.user("bob"))
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.INACTIVE_USER
    await company.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=False)
    assert (await company.balances(), await company.held()) == ({"alice": 200_000}, {})


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
