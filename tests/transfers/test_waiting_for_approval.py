"""Above the threshold credits wait: set aside, decided once, or given back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.approvals.states import ApprovalState
from core.ledger.accounts import NEVER
from core.refusals import Because
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.send_credits import SendCredits
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company
from tests.transfers.asking import asked, send, states


async def test_above_100_000_credits_are_set_aside_until_somebody_decides(company: Company) -> None:
    receipt = await asked(company)
    assert (receipt.state, receipt.approvers, receipt.available) == ("pending", ("carol", "erin"), 250_000)
    assert receipt.undo_until is None
    assert receipt.expires_at == company.clock.at + timedelta(hours=24)
    assert await company.balances() == {"alice": 400_000}
    assert await company.held() == {"alice": 150_000}
    assert await told(company, "transfer.completed") == []
    assert [event["amount"] for event in await told(company, "transfer.created")] == [150_000]
    await assert_no_drift(company)


async def test_a_yes_completes_the_transfer(company: Company) -> None:
    receipt = await asked(company)
    company.clock.advance(hours=3)
    decided = await company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (decided.state, decided.sender, decided.recipients) == (ApprovalState.APPROVED, "alice", ("bob",))
    assert await company.balances() == {"alice": 250_000, "bob": 150_000}
    assert await company.held() == {}
    (approved,) = await told(company, "transfer.approved")
    assert (approved["amount"], approved["decided_by"]) == (150_000, company.user("carol"))
    (completed,) = await told(company, "transfer.completed")
    assert (completed["reason"], completed["undo_until"]) == ("for the launch", "2026-03-02T12:05:00+00:00")
    await assert_no_drift(company)


async def test_a_no_gives_the_credits_back(company: Company) -> None:
    receipt = await asked(company)
    await company.run(DecideTransfer, by="erin", approval_id=receipt.approval_id, is_yes=False, note="not now")
    assert (await company.balances(), await company.held()) == ({"alice": 400_000}, {})
    assert [event["note"] for event in await told(company, "transfer.rejected")] == ["not now"]
    assert await states(company) == {"rejected": 1}
    await assert_no_drift(company)


async def test_an_approver_may_agree_to_less(company: Company) -> None:
    receipt = await asked(company)
    decided = await company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True, amount=60_000)
    assert (decided.asked, decided.each) == (150_000, 60_000)
    assert await company.balances() == {"alice": 340_000, "bob": 60_000}
    assert await company.held() == {}
    await assert_no_drift(company)


@pytest.mark.parametrize(("amount", "why"), [
    (150_001, Because.AMOUNT_OUT_OF_RANGE), (0, Because.AMOUNT_OUT_OF_RANGE), (-5, Because.AMOUNT_OUT_OF_RANGE),
    (999, Because.BELOW_MINIMUM),
])  # fmt: skip
async def test_nobody_agrees_to_more_or_to_nothing(sqlite_company: Company, amount: int, why: Because) -> None:
    receipt = await asked(sqlite_company)
    refusal = await sqlite_company.refused(
        DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True, amount=amount
    )
    assert refusal.because is why


async def test_several_recipients_wait_together_and_get_the_same(company: Company) -> None:
    await company.fund("alice", 400_000)
    receipt = await send(company, "alice", "bob", "dan", amount=60_000)
    assert (receipt.state, receipt.total) == ("pending", 120_000)
    assert await company.held() == {"alice": 120_000}
    await company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True, amount=50_000)
    assert await company.balances() == {"alice": 300_000, "bob": 50_000, "dan": 50_000}
    undone = await company.run(UndoTransfer, by="alice", transfer_id=receipt.group_id)
    assert undone.returned == 100_000
    assert await company.balances() == {"alice": 400_000}
    await assert_no_drift(company)


async def test_what_is_set_aside_outlives_the_deadline_and_keeps_its_dates(company: Company) -> None:
    """The deadline is on Tuesday: what expires on Monday cannot wait for it."""
    await company.fund("alice", 50_000, expires_on=date(2026, 3, 2))
    await company.fund("alice", 100_000, expires_on=date(2026, 3, 3))
    await company.fund("alice", 100_000)
    receipt = await send(company, "alice", "bob", amount=150_000)
    assert receipt.available == 100_000
    await company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert await slices(company, "bob") == [(date(2026, 3, 3), 100_000), (NEVER, 50_000)]
    await assert_no_drift(company)


async def test_credits_that_expire_before_the_deadline_cannot_be_asked_for(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 150_000, expires_on=date(2026, 3, 2))
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=120_000)
    assert (refusal.because, refusal.facts["available"]) == (Because.OUT_OF_CREDITS, 0)


async def test_nobody_asks_for_more_than_they_have(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 149_999)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("bob"),), amount=150_000)
    assert refusal.because is Because.OUT_OF_CREDITS


async def test_what_waits_cannot_be_sent_a_second_time(sqlite_company: Company) -> None:
    company = sqlite_company
    await asked(company, funds=200_000)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("dan"),), amount=60_000)
    assert (refusal.because, refusal.facts["available"]) == (Because.OUT_OF_CREDITS, 50_000)


async def test_what_waits_counts_for_the_day_on_which_it_was_asked(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company, amount=450_000, funds=2_000_000)
    refusal = await company.refused(SendCredits, by="alice", recipients=(company.user("dan"),), amount=60_000)
    assert (refusal.because, refusal.facts["used"]) == (Because.OVER_DAILY_LIMIT, 450_000)
    company.clock.advance(hours=20)
    await company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    await send(company, "alice", "dan", amount=60_000)
    assert await company.balances() == {"alice": 1_490_000, "bob": 450_000, "dan": 60_000}


async def test_what_was_denied_no_longer_counts_for_the_day(sqlite_company: Company) -> None:
    receipt = await asked(sqlite_company, amount=450_000, funds=2_000_000)
    await sqlite_company.run(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=False)
    await send(sqlite_company, "alice", "dan", amount=60_000)
    assert await sqlite_company.balances() == {"alice": 1_940_000, "dan": 60_000}


async def test_the_recipients_day_is_looked_at_when_it_completes(company: Company) -> None:
    receipts = [await asked(company, amount=450_000, funds=450_000)]
    for giver in ("carol", "erin"):
        await company.fund(giver, 450_000)
        receipts.append(await send(company, giver, "bob", amount=450_000))
    for receipt, who in zip(receipts, ("carol", "erin"), strict=False):
        await company.run(DecideTransfer, by=who, approval_id=receipt.approval_id, is_yes=True)
    fields: dict[str, Any] = {"by": "grace", "approval_id": receipts[2].approval_id, "is_yes": True}
    refusal = await company.refused(DecideTransfer, **fields)
    assert refusal.because is Because.RECIPIENT_OVER_DAILY_LIMIT
    assert await company.held() == {"erin": 450_000}
    company.clock.advance(hours=15)
    assert (await company.run(DecideTransfer, **fields)).state == "approved"
    await assert_no_drift(company)


async def test_a_circle_that_closed_meanwhile_is_found_when_it_completes(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company)
    await company.fund("bob", 50_000)
    await send(company, "bob", "dan", amount=50_000)
    await send(company, "dan", "alice", amount=50_000)
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert refusal.because is Because.CIRCLE
