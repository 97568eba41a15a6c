"""Who decides, who never does, and that it is decided once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.approvals.end_delegation import EndDelegation
from core.approvals.end_preapproval import EndPreapproval
from core.approvals.escalate import EscalateApproval
from core.approvals.preapprove import Preapprove
from core.approvals.remind import RemindApprovers
from core.approvals.states import Subject
from core.directory.grant_role import GrantRole
from core.directory.revoke_role import RevokeRole
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import told
from tests.approvals.asking import ADMIN, LEAD, MANAGER, Ask, Decide, Said, Withdraw, ask_for
from tests.company import Company, found_company, found_rival


async def test_the_first_tier_is_asked_and_decides(company: Company) -> None:
    asked = await ask_for(company, "alice")
    assert asked.approvers == ("carol",)
    assert [event["approvers"] for event in await told(company, "approval.requested")] == [[company.user("carol")]]
    said = await company.run(Decide, by="carol", approval_id=asked.approval_id)
    assert said == Said("approved", 150_000, None)


async def test_a_second_press_learns_whose_decision_it_was(company: Company) -> None:
    asked = await ask_for(company, "alice")
    await company.run(Decide, by="carol", approval_id=asked.approval_id, is_yes=False)
    refusal = await company.refused(Decide, by="grace", approval_id=asked.approval_id)
    assert refusal.because is Because.ALREADY_DECIDED
    assert (refusal.facts["state"], refusal.facts["by"]) == ("rejected", "carol")


@pytest.mark.parametrize("who", ["erin", "bob", "frank", "henry"])
async def test_who_was_not_asked_cannot_decide(sqlite_company: Company, who: str) -> None:
    asked = await ask_for(sqlite_company, "alice")
    refusal = await sqlite_company.refused(Decide, by=who, approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER


async def test_another_organization_knows_nothing_of_it(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    bolt = await found_rival(sqlite_company)
    refusal = await bolt.refused(Decide, by="mallory", approval_id=asked.approval_id, justification="mine")
    assert refusal.because is Because.UNKNOWN_APPROVAL


async def test_the_requester_never_decides_whatever_role_they_hold(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "carol")
    assert asked.approvers == ("erin",)
    for justification in ("", "it burns"):
        refusal = await sqlite_company.refused(
            Decide, by="carol", approval_id=asked.approval_id, justification=justification
        )
        assert refusal.because is Because.OWN_GAIN


async def test_who_gains_never_decides(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice", gainers=(sqlite_company.user("carol"),))
    assert asked.approvers == ("erin",)
    refusal = await sqlite_company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert refusal.because is Because.OWN_GAIN


async def test_an_acting_role_does_not_let_the_requester_decide(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice")
    await company.run(
        GrantRole, by="grace", user_id=company.user("alice"), role=Role.TEAM_LEAD, scope_id=company.node("Backend"),
        starts_at=company.clock.at, ends_at=company.clock.at + timedelta(days=7),
    )  # fmt: skip
    refusal = await company.refused(Decide, by="alice", approval_id=asked.approval_id)
    assert refusal.because is Because.OWN_GAIN


async def test_an_acting_lead_decides_as_long_as_the_role_lasts(sqlite_company: Company) -> None:
    company = sqlite_company
    first, second = await ask_for(company, "alice"), await ask_for(company, "alice")
    await company.run(
        GrantRole, by="grace", user_id=company.user("dan"), role=Role.TEAM_LEAD, scope_id=company.node("Backend"),
        starts_at=company.clock.at, ends_at=company.clock.at + timedelta(hours=1),
    )  # fmt: skip
    assert (await company.run(Decide, by="dan", approval_id=first.approval_id)).state == "approved"
    company.clock.advance(hours=1)
    refusal = await company.refused(Decide, by="dan", approval_id=second.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER


async def test_a_role_lost_since_the_asking_decides_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice")
    await company.run(
        GrantRole, by="grace", user_id=company.user("carol"), role=Role.DEVELOPER, scope_id=company.node("Backend")
    )
    await company.run(
        RevokeRole, by="grace", user_id=company.user("carol"), role=Role.TEAM_LEAD, scope_id=company.node("Backend")
    )
    refusal = await company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_nobody_who_could_decide_is_said_at_once(sqlite_company: Company) -> None:
    refusal = await sqlite_company.refused(Ask, by="grace", tiers=(LEAD, MANAGER))
    assert refusal.because is Because.NO_APPROVER


async def test_an_empty_first_tier_is_passed_over(sqlite_company: Company) -> None:
    assert (await ask_for(sqlite_company, "dan")).approvers == ("erin",)
    assert (await ask_for(sqlite_company, "erin")).approvers == ("grace",)


async def test_less_may_be_granted_but_not_more_or_nothing(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    for granted in (150_001, 0, -1):
        refusal = await sqlite_company.refused(Decide, by="carol", approval_id=asked.approval_id, granted=granted)
        assert refusal.because is Because.AMOUNT_OUT_OF_RANGE
    said = await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id, granted=80_000)
    assert said.granted == 80_000


async def test_after_the_deadline_nothing_is_decided(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    sqlite_company.clock.advance(hours=24)
    refusal = await sqlite_company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")


async def test_only_the_requester_takes_a_request_back(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    refusal = await sqlite_company.refused(Withdraw, by="carol", approval_id=asked.approval_id)
    assert refusal.because is Because.UNKNOWN_APPROVAL
    await sqlite_company.run(Withdraw, by="alice", approval_id=asked.approval_id)
    refusal = await sqlite_company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert refusal.facts["state"] == "cancelled"


# ------------------------------------------------------------------- delegates


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


# ------------------------------------------------------------------- break-glass


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


# ------------------------------------------------------------------- chains


async def test_every_tier_of_a_chain_must_agree_and_the_least_amount_counts(company: Company) -> None:
    asked = await ask_for(company, "alice", LEAD, MANAGER, ADMIN, is_chain=True)
    assert asked.approvers == ("carol",)
    first = await company.run(Decide, by="carol", approval_id=asked.approval_id, granted=120_000)
    assert first.state == "open"
    refusal = await company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "open"
    said = await company.run(Decide, by="grace", approval_id=asked.approval_id)
    assert said == Said("approved", 120_000, None)


async def test_a_chain_does_not_end_in_super_admin_unless_it_says_so(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice", LEAD, MANAGER, is_chain=True)
    await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id)
    assert (await sqlite_company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_one_no_ends_a_chain(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice", LEAD, MANAGER, is_chain=True)
    said = await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id, is_yes=False)
    assert said.state == "rejected"


async def test_nobody_counts_for_two_tiers_of_a_chain(sqlite_company: Company) -> None:
    """Carol becomes the manager, too, and is erin's delegate: her yes as lead is the only one she has."""
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    await company.run(Delegate, by="erin", delegate_id=company.user("carol"))
    await company.run(
        GrantRole, by="grace", user_id=company.user("carol"), role=Role.DEPT_MANAGER,
        scope_id=company.node("Engineering"),
    )  # fmt: skip
    await company.run(Decide, by="carol", approval_id=asked.approval_id)
    refusal = await company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert refusal.because is Because.NOT_AN_APPROVER
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_a_tier_of_a_chain_that_nobody_can_act_in_falls_to_a_super_admin(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "dan", LEAD, MANAGER, is_chain=True)
    assert asked.approvers == ("grace",)
    assert (await sqlite_company.run(Decide, by="grace", approval_id=asked.approval_id)).state == "open"
    assert (await sqlite_company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_a_yes_that_leaves_nobody_for_the_next_tier_is_refused(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "erin", LEAD, MANAGER, is_chain=True)
    refusal = await sqlite_company.refused(Decide, by="grace", approval_id=asked.approval_id)
    assert refusal.because is Because.NO_APPROVER


# ------------------------------------------------------------------- said in advance


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


# ------------------------------------------------------------------- as time passes


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


# ------------------------------------------------------------------- at the same moment


@pytest.mark.postgres
async def test_of_many_who_press_at_once_one_decides_and_the_others_learn_whose(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    await company.run(
        GrantRole, by="grace", user_id=company.user("dan"), role=Role.TEAM_LEAD, scope_id=company.node("Backend")
    )
    asked = await ask_for(company, "alice")

    async def press(who: str, *, is_yes: bool) -> str:
        try:
            return (await company.run(Decide, by=who, approval_id=asked.approval_id, is_yes=is_yes)).state
        except Refused as refused:
            return f"{refused.refusal.because.value} by {refused.refusal.facts['by']}"

    presses = [press(who, is_yes=is_yes) for who, is_yes in (("carol", True), ("dan", False)) * 4]
    ended = Counter(await asyncio.gather(*presses))
    winner = "carol" if ended["approved"] else "dan"
    assert ended == {"approved" if winner == "carol" else "rejected": 1, f"already_decided by {winner}": 7}
    assert len(await told(company, "approval.decided")) == 1
