"""Reminder at half the time, the next tier at two thirds, whoever runs the job and however late."""

from __future__ import annotations

from core.approvals.escalate import EscalateApproval
from core.approvals.remind import RemindApprovers
from core.approvals.waiting import Waiting
from core.refusals import Because
from tests.accounts_read import told
from tests.allocation.granting import until
from tests.approvals.asking import Decide, ask_for
from tests.company import Company


async def test_jobs_remind_at_half_the_time_and_ask_the_next_tier_at_two_thirds(company: Company) -> None:
    asked = await ask_for(company, "alice")
    noon = company.clock.at
    assert await until(company, noon.replace(hour=20, minute=59)) == []
    assert await until(company, noon.replace(hour=21)) == [f"remind:{asked.approval_id}"]
    assert await until(company, noon.replace(day=3, hour=1)) == [f"escalate:{asked.approval_id}"]
    assert [event["approvers"] for event in await told(company, "approval.requested")] == [
        [company.user("carol")],
        [company.user("carol"), company.user("erin")],
    ]
    assert [line.approval_id for line in (await company.ask(Waiting, by="erin")).for_me] == [asked.approval_id]


async def test_a_job_that_is_a_day_late_does_both_with_their_own_moments(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    late = sqlite_company.clock.at.replace(day=3, hour=8)
    assert await until(sqlite_company, late) == [f"remind:{asked.approval_id}", f"escalate:{asked.approval_id}"]


async def test_nothing_falls_due_about_what_is_decided(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id)
    assert await until(sqlite_company, sqlite_company.clock.at.replace(day=5)) == []


async def test_after_two_thirds_of_the_time_the_next_tier_is_asked_as_well(company: Company) -> None:
    first, second = await ask_for(company, "alice"), await ask_for(company, "alice")
    for asked in (first, second):
        raised = await company.run(EscalateApproval, by="system", approval_id=asked.approval_id)
        assert (raised.tier, set(raised.approvers)) == (1, {company.user("carol"), company.user("erin")})
    assert (await company.run(Decide, by="carol", approval_id=first.approval_id)).state == "approved"
    assert (await company.run(Decide, by="erin", approval_id=second.approval_id)).state == "approved"


async def test_those_who_are_asked_are_reminded_once(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(RemindApprovers, by="system", approval_id=asked.approval_id)
    assert [event["approvers"] for event in await told(sqlite_company, "approval.reminded")] == [
        [sqlite_company.user("carol")]
    ]


async def test_what_is_decided_is_neither_reminded_of_nor_passed_on(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id)
    for job in (RemindApprovers, EscalateApproval):
        refusal = await sqlite_company.refused(job, by="system", approval_id=asked.approval_id)
        assert refusal.because is Because.ALREADY_DECIDED
