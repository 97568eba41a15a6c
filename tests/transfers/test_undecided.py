"""What nobody decides: it ends by itself, or the sender takes it back."""

from __future__ import annotations

from datetime import date, timedelta

from core.refusals import Because
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company
from tests.transfers.asking import asked, send, states


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
