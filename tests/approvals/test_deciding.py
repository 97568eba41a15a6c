"""Who decides, who never does, and that it is decided once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.access.matrix import Role
from core.directory.grant_role import GrantRole
from core.directory.revoke_role import RevokeRole
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import told
from tests.approvals.asking import LEAD, MANAGER, Ask, Decide, Said, Withdraw, ask_for
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
