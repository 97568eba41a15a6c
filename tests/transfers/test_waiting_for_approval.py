"""Above the threshold credits wait: set aside, decided once, or given back."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.approvals.delegate import Delegate
from core.approvals.preapprove import Preapprove
from core.approvals.states import ApprovalState, Subject
from core.directory.create_user import BaseRole
from core.ledger.accounts import NEVER
from core.refusals import Because, Refused
from core.storage.database import Database
from core.storage.tables import transfers
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.send_credits import SendCredits, Sent
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import Company, found_company, found_rival


async def send(company: Company, by: str, *to: str, amount: int) -> Sent:
    recipients = tuple(company.user(handle) for handle in to)
    return await company.run(SendCredits, by=by, recipients=recipients, amount=amount, reason="for the launch")


async def asked(company: Company, *, amount: int = 150_000, funds: int = 400_000) -> Sent:
    """Alice asks to send Bob 150,000 of her 400,000."""
    await company.fund("alice", funds)
    return await send(company, "alice", "bob", amount=amount)


async def states(company: Company) -> Counter[str]:
    async with company.database.snapshot() as connection:
        return Counter((await connection.execute(select(transfers.c.state))).scalars())


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


async def test_after_24_hours_without_a_decision_the_credits_are_free_again(company: Company) -> None:
    receipt = await asked(company)
    done = await until(company, company.clock.at + timedelta(hours=24))
    kinds = [name.split(":")[0] for name in done]
    assert kinds == ["remind", "escalate", "expire-transfer"]
    assert (await company.balances(), await company.held()) == ({"alice": 400_000}, {})
    assert [event["transfer_id"] for event in await told(company, "transfer.expired")] == [
        receipt.transfers[0].transfer_id
    ]
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")
    await assert_no_drift(company)


async def test_a_request_is_over_at_its_moment_whether_or_not_the_job_has_come_by(sqlite_company: Company) -> None:
    receipt = await asked(sqlite_company)
    sqlite_company.clock.advance(hours=24)
    refusal = await sqlite_company.refused(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")


async def test_nothing_expires_before_its_time(sqlite_company: Company) -> None:
    receipt = await asked(sqlite_company)
    refusal = await sqlite_company.refused(ExpireTransfer, by="system", approval_id=receipt.approval_id)
    assert refusal.because is Because.BAD_VALUE


async def test_what_is_given_back_after_its_day_expires_at_once(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 150_000, expires_on=date(2026, 3, 3))
    receipt = await send(company, "alice", "bob", amount=150_000)
    assert receipt.expires_at is not None
    company.clock.at = receipt.expires_at + timedelta(days=1)
    await company.run(ExpireTransfer, by="system", approval_id=receipt.approval_id)
    assert (await company.balances(), await company.held()) == ({}, {})
    await assert_no_drift(company)


async def test_the_sender_may_cancel_while_it_waits(company: Company) -> None:
    receipt = await asked(company)
    await company.run(CancelTransfer, by="alice", transfer_id=receipt.transfers[0].transfer_id)
    assert (await company.balances(), await company.held()) == ({"alice": 400_000}, {})
    assert await states(company) == {"cancelled": 1}
    refusal = await company.refused(DecideTransfer, by="carol", approval_id=receipt.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "cancelled")
    refusal = await company.refused(CancelTransfer, by="alice", transfer_id=receipt.group_id)
    assert refusal.because is Because.ALREADY_DECIDED
    await assert_no_drift(company)


async def test_nobody_cancels_what_another_asked_for_or_what_never_waited(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company)
    for who in ("bob", "carol"):
        refusal = await company.refused(CancelTransfer, by=who, transfer_id=receipt.group_id)
        assert refusal.because is Because.UNKNOWN_TRANSFER
    sent = await send(company, "alice", "dan", amount=1_000)
    refusal = await company.refused(CancelTransfer, by="alice", transfer_id=sent.group_id)
    assert refusal.because is Because.NOT_PENDING


async def test_what_waits_cannot_be_undone(sqlite_company: Company) -> None:
    receipt = await asked(sqlite_company)
    refusal = await sqlite_company.refused(UndoTransfer, by="alice", transfer_id=receipt.group_id)
    assert refusal.because is Because.NOT_COMPLETED


async def test_neither_sender_nor_recipient_ever_decides(sqlite_company: Company) -> None:
    """Carol leads the team; she asks for Erin, who leads the department: grace is left."""
    company = sqlite_company
    await company.fund("carol", 300_000)
    receipt = await send(company, "carol", "erin", amount=150_000)
    assert receipt.approvers == ("grace",)
    await company.run(Delegate, by="grace", delegate_id=company.user("erin"))
    for who in ("carol", "erin"):
        refusal = await company.refused(
            DecideTransfer, by=who, approval_id=receipt.approval_id, is_yes=True, justification="now"
        )
        assert refusal.because is Because.OWN_GAIN


async def test_a_delegate_decides_and_the_trail_names_both(company: Company) -> None:
    receipt = await asked(company)
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    decided = await company.run(DecideTransfer, by="dan", approval_id=receipt.approval_id, is_yes=True)
    assert decided.on_behalf_of == company.user("carol")
    (approved,) = await told(company, "transfer.approved")
    assert (approved["decided_by"], approved["on_behalf_of"]) == (company.user("dan"), company.user("carol"))


async def test_without_anybody_who_could_approve_nothing_waits(sqlite_company: Company) -> None:
    """Grace is the only super admin, and nobody else leads her."""
    company = sqlite_company
    await company.fund("grace", 300_000)
    refusal = await company.refused(SendCredits, by="grace", recipients=(company.user("bob"),), amount=150_000)
    assert refusal.because is Because.NO_APPROVER


async def test_what_was_approved_in_advance_completes_at_once(company: Company) -> None:
    await company.run(
        Preapprove, by="carol", subject=Subject.TRANSFER, most=200_000, ends_at=company.clock.at + timedelta(days=1)
    )
    receipt = await asked(company)
    assert receipt.state == "completed"
    assert receipt.approval_id is not None
    assert await company.balances() == {"alice": 250_000, "bob": 150_000}
    await assert_no_drift(company)


async def test_another_organization_neither_decides_nor_cancels(sqlite_company: Company) -> None:
    receipt = await asked(sqlite_company)
    bolt = await found_rival(sqlite_company)
    refusal = await bolt.refused(DecideTransfer, by="mallory", approval_id=receipt.approval_id, is_yes=True)
    assert refusal.because is Because.UNKNOWN_APPROVAL
    refusal = await bolt.refused(CancelTransfer, by="mallory", transfer_id=receipt.group_id)
    assert refusal.because is Because.UNKNOWN_TRANSFER


async def test_asking_again_with_the_same_id_asks_once(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 400_000)
    fields: dict[str, Any] = {"id": "button-9", "recipients": (company.user("bob"),), "amount": 150_000}
    first = await company.run(SendCredits, by="alice", **fields)
    assert await company.run(SendCredits, by="alice", **fields) == first
    assert await company.held() == {"alice": 150_000}


async def test_a_person_with_no_say_is_told_so(sqlite_company: Company) -> None:
    company = sqlite_company
    receipt = await asked(company)
    await company.hire("zoe", home="Field", base_role=BaseRole.DEVELOPER)
    refusal = await company.refused(DecideTransfer, by="zoe", approval_id=receipt.approval_id, is_yes=True)
    assert refusal.because is Because.NOT_AN_APPROVER


@pytest.mark.postgres
async def test_two_managers_on_two_connections_decide_once_and_one_learns_whose(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    receipt = await asked(company)

    async def press(who: str, *, is_yes: bool) -> str:
        try:
            await company.run(DecideTransfer, by=who, approval_id=receipt.approval_id, is_yes=is_yes)
        except Refused as refused:
            return f"{refused.refusal.because.value} by {refused.refusal.facts['by']}"
        return f"decided by {who}"

    ended = Counter(await asyncio.gather(*(press(who, is_yes=who == "carol") for who in ("carol", "erin") * 4)))
    winner = "carol" if ended["decided by carol"] else "erin"
    assert ended == {f"decided by {winner}": 1, f"already_decided by {winner}": 7}
    paid = {"alice": 250_000, "bob": 150_000}
    assert await company.balances() == (paid if winner == "carol" else {"alice": 400_000})
    assert await company.held() == {}
    await assert_no_drift(company)


@pytest.mark.postgres
async def test_a_decision_and_a_cancellation_at_once_move_the_credits_once(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    receipt = await asked(company)

    async def end(by: str) -> str:
        try:
            if by == "alice":
                await company.run(CancelTransfer, by=by, transfer_id=receipt.group_id)
            else:
                await company.run(DecideTransfer, by=by, approval_id=receipt.approval_id, is_yes=True)
        except Refused as refused:
            return refused.refusal.because.value
        return by

    ended = Counter(await asyncio.gather(*(end(who) for who in ("alice", "carol") * 3)))
    assert ended[Because.ALREADY_DECIDED.value] == 5
    assert await company.held() == {}
    await assert_no_drift(company)
