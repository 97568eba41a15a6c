"""What an approver agrees to in advance waits for nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.approvals.end_preapproval import EndPreapproval
from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.refusals import Because
from tests.approvals.asking import ask_for
from tests.company import Company


async def test_what_was_agreed_to_in_advance_waits_for_nobody(company: Company) -> None:
    fields: dict[str, Any] = {"subject": Subject.DRAW, "most": 150_000, "ends_at": company.clock.at + timedelta(days=1)}
    made = await company.run(Preapprove, by="carol", people=(company.user("alice"),), **fields)
    assert (await ask_for(company, "alice")).agreed_by == "carol"
    assert (await ask_for(company, "bob")).agreed_by is None
    assert (await ask_for(company, "alice", amount=150_001)).agreed_by is None
    await company.run(EndPreapproval, by="carol", preapproval_id=made.preapproval_id)
    assert (await ask_for(company, "alice")).agreed_by is None


async def test_an_agreement_in_advance_ends_by_itself_and_binds_nobody_elses_team(sqlite_company: Company) -> None:
    company = sqlite_company
    until = company.clock.at + timedelta(days=1)
    await company.run(Preapprove, by="carol", subject=Subject.DRAW, most=10**6, ends_at=until)
    assert (await ask_for(company, "dan")).agreed_by is None
    assert (await ask_for(company, "bob")).agreed_by == "carol"
    company.clock.at = until
    assert (await ask_for(company, "bob")).agreed_by is None


async def test_nobody_agrees_in_advance_to_what_they_gain_by(sqlite_company: Company) -> None:
    company = sqlite_company
    until = company.clock.at + timedelta(days=1)
    await company.run(Preapprove, by="carol", subject=Subject.DRAW, most=10**6, ends_at=until)
    assert (await ask_for(company, "carol")).agreed_by is None


async def test_who_decides_nothing_cannot_agree_in_advance(sqlite_company: Company) -> None:
    company = sqlite_company
    until = company.clock.at + timedelta(days=1)
    refusal = await company.refused(Preapprove, by="alice", subject=Subject.DRAW, most=10**6, ends_at=until)
    assert refusal.because is Because.NOT_ALLOWED
