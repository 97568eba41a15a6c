"""Who decides about a transfer, and that it is decided once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from core.approvals.delegate import Delegate
from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.directory.create_user import BaseRole
from core.refusals import Because, Refused
from core.storage.database import Database
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, told
from tests.company import Company, found_company, found_rival
from tests.transfers.asking import asked, send


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
