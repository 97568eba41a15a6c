"""Deciding in the place of somebody else: delegates, and super admins who break the glass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.approvals.delegate import Delegate
from core.approvals.end_delegation import EndDelegation
from core.refusals import Because
from tests.accounts_read import told
from tests.approvals.asking import Decide, Said, ask_for
from tests.company import Company


async def test_a_delegate_decides_in_somebodys_place_until_it_ends(company: Company) -> None:
    first, second = await ask_for(company, "alice"), await ask_for(company, "alice")
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    said = await company.run(Decide, by="dan", approval_id=first.approval_id)
    assert said == Said("approved", 150_000, company.user("carol"))
    await company.run(EndDelegation, by="carol")
    refusal = await company.refused(Decide, by="dan", approval_id=second.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    refusal = await company.refused(EndDelegation, by="carol")
    assert refusal.because is Because.UNKNOWN_DELEGATION


async def test_a_delegation_does_not_let_the_requester_decide(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(Delegate, by="carol", delegate_id=sqlite_company.user("alice"))
    refusal = await sqlite_company.refused(Decide, by="alice", approval_id=asked.approval_id)
    assert refusal.because is Because.OWN_GAIN


async def test_nobody_decides_in_the_place_of_who_asks(sqlite_company: Company) -> None:
    """Carol is a lead and asks for herself: her delegate could otherwise say yes for her."""
    asked = await ask_for(sqlite_company, "carol")
    await sqlite_company.run(Delegate, by="carol", delegate_id=sqlite_company.user("bob"))
    refusal = await sqlite_company.refused(Decide, by="bob", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER


async def test_a_delegation_begins_and_ends_at_its_moments(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice")
    start = company.clock.at + timedelta(hours=1)
    await company.run(
        Delegate, by="carol", delegate_id=company.user("dan"), starts_at=start, ends_at=start + timedelta(hours=1)
    )
    refusal = await company.refused(Decide, by="dan", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    company.clock.advance(hours=2)
    refusal = await company.refused(Decide, by="dan", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    company.clock.advance(minutes=-1)
    assert (await company.run(Decide, by="dan", approval_id=asked.approval_id)).state == "approved"


@pytest.mark.parametrize("who", ["carol", "ci-bot"])
async def test_a_delegate_is_another_person(sqlite_company: Company, who: str) -> None:
    refusal = await sqlite_company.refused(Delegate, by="carol", delegate_id=sqlite_company.user(who))
    assert refusal.because is Because.BAD_VALUE


async def test_a_delegation_that_ends_before_it_begins_is_none(sqlite_company: Company) -> None:
    refusal = await sqlite_company.refused(
        Delegate, by="carol", delegate_id=sqlite_company.user("dan"), ends_at=sqlite_company.clock.at
    )
    assert refusal.because is Because.BAD_VALUE


async def test_a_super_admin_breaks_the_glass_with_a_reason_and_all_hear_of_it(company: Company) -> None:
    asked = await ask_for(company, "alice")
    refusal = await company.refused(Decide, by="grace", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    await company.run(Decide, by="grace", approval_id=asked.approval_id, justification="the launch is today")
    assert [event["justification"] for event in await told(company, "approval.break_glass")] == ["the launch is today"]


async def test_an_approver_who_gives_a_reason_breaks_no_glass(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id, justification="why not")
    assert await told(sqlite_company, "approval.break_glass") == []
