"""A boost is asked for, put to who may decide that much, and paid from their budget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.approvals.preapprove import Preapprove
from core.approvals.states import ApprovalState, Subject
from core.directory.create_user import BaseRole
from core.overrides.cancel_override import CancelOverride
from core.overrides.decide_override import DecideOverride
from core.refusals import Because
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company, found_rival
from tests.overrides.boosts import FUNDED, REASON, ask, boost, decide, fund_all, grant, states


async def test_nothing_moves_until_somebody_decides(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    assert (asked.state, asked.approvers, asked.hours) == ("pending", ("carol",), 48)
    assert asked.expires_at == company.clock.at + timedelta(hours=24)
    assert (await company.balances(), await company.held()) == (FUNDED, {})
    (request,) = await told(company, "approval.requested")
    assert (request["amount"], request["hours"], request["reason"]) == (80_000, 48, REASON)


async def test_a_yes_moves_credits_from_the_approvers_own_budget_to_a_boost_that_ends(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    company.clock.advance(minutes=3)
    decided = await decide(company, asked, by="carol")
    assert (decided.state, decided.budget, decided.amount) == (ApprovalState.APPROVED, "Backend", 80_000)
    assert decided.ends_at == company.clock.at + timedelta(hours=48)
    assert await company.balances() == FUNDED | {"Backend": 220_000, boost(asked.override_id): 80_000}
    (started,) = await told(company, "override.started")
    assert (started["user_id"], started["granted_by"]) == (company.user("alice"), company.user("carol"))
    assert (started["amount"], started["ends_at"]) == (80_000, "2026-03-04T09:03:00+00:00")
    await assert_no_drift(company)


@pytest.mark.parametrize(
    ("amount", "approvers", "by", "payer"),
    [
        (100_000, ("carol",), "carol", "Backend"),
        (100_001, ("erin",), "erin", "Engineering"),
        (1_000_000, ("erin",), "erin", "Engineering"),
        (1_000_001, ("frank",), "frank", "Acme"),
        (9_000_000, ("frank",), "frank", "Acme"),
    ],
)
async def test_the_amount_finds_who_decides_and_whose_budget_pays(
    sqlite_company: Company, amount: int, approvers: tuple[str, ...], by: str, payer: str
) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, amount)
    assert asked.approvers == approvers
    await decide(company, asked, by=by)
    left = FUNDED | {payer: FUNDED[payer] - amount, boost(asked.override_id): amount}
    assert await company.balances() == {name: credits for name, credits in left.items() if credits}


async def test_an_approver_agrees_to_less_and_for_a_shorter_time(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 200_000)
    decided = await decide(company, asked, by="erin", amount=150_000, hours=24, note="try the small model first")
    assert (decided.asked, decided.amount, decided.hours) == (200_000, 150_000, 24)
    assert decided.ends_at == company.clock.at + timedelta(hours=24)
    assert await company.balances() == FUNDED | {"Engineering": 1_850_000, boost(asked.override_id): 150_000}
    (started,) = await told(company, "override.started")
    assert (started["amount"], started["asked"], started["note"]) == (150_000, 200_000, "try the small model first")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"amount": 80_001}, Because.AMOUNT_OUT_OF_RANGE),
        ({"amount": 0}, Because.AMOUNT_OUT_OF_RANGE),
        ({"hours": 49}, Because.OVERRIDE_TOO_LONG),
        ({"hours": 0}, Because.OVERRIDE_TOO_LONG),
        ({"note": "x" * 2_001}, Because.BAD_VALUE),
    ],
)
async def test_nobody_agrees_to_more_or_longer_than_was_asked(
    sqlite_company: Company, fields: dict[str, Any], why: Because
) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000)
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True, **fields)
    assert refusal.because is why
    assert await states(company) == ["pending"]


async def test_a_no_moves_nothing_and_says_why(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    decided = await decide(company, asked, by="carol", is_yes=False, note="use the pool")
    assert (decided.state, await states(company)) == (ApprovalState.REJECTED, ["rejected"])
    assert await company.balances() == FUNDED
    (rejected,) = await told(company, "override.rejected")
    assert (rejected["note"], rejected["decided_by"]) == ("use the pool", company.user("carol"))


async def test_who_presses_second_is_told_whose_decision_stands(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    await decide(company, asked, by="carol", is_yes=False)
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["by"], refusal.facts["state"]) == (
        Because.ALREADY_DECIDED,
        "carol",
        "rejected",
    )


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("alice", Because.OWN_GAIN),
        ("bob", Because.NOT_AN_APPROVER),
        ("erin", Because.NOT_AN_APPROVER),  # asked after 15 minutes
        ("grace", Because.NOT_AN_APPROVER),  # without breaking the glass
        ("henry", Because.NOT_AN_APPROVER),
    ],
)
async def test_only_who_is_asked_decides(sqlite_company: Company, who: str, why: Because) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000)
    refusal = await company.refused(DecideOverride, by=who, approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is why


async def test_another_organizations_request_is_unknown(sqlite_company: Company) -> None:
    company = sqlite_company
    bolt = await found_rival(company)
    asked = await ask(company, 80_000)
    refusal = await bolt.refused(DecideOverride, by="mallory", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.UNKNOWN_APPROVAL


async def test_a_transfers_request_is_no_boosts(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 400_000)
    sent = await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=150_000)
    refusal = await company.refused(DecideOverride, by="carol", approval_id=sent.approval_id, is_yes=True)
    assert refusal.because is Because.UNKNOWN_APPROVAL


async def test_the_next_tier_is_asked_after_15_minutes_and_after_a_day_it_is_over(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    await until(company, company.clock.at + timedelta(minutes=5))
    assert [event["approvers"] for event in await told(company, "approval.reminded")] == [[company.user("carol")]]
    await until(company, company.clock.at + timedelta(minutes=10))
    assert [event["approvers"] for event in await told(company, "approval.requested")][1:] == [
        [company.user("carol"), company.user("erin")]
    ]
    await until(company, asked.expires_at)
    assert await states(company) == ["expired"]
    assert [event["state"] for event in await told(company, "override.request_ended")] == ["expired"]
    refusal = await company.refused(DecideOverride, by="erin", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")
    assert await company.balances() == FUNDED


async def test_who_asked_may_take_it_back_while_it_waits(company: Company) -> None:
    await fund_all(company)
    asked = await ask(company, 80_000)
    refusal = await company.refused(CancelOverride, by="bob", override_id=asked.override_id)
    assert refusal.because is Because.UNKNOWN_OVERRIDE
    await company.run(CancelOverride, by="alice", override_id=asked.override_id)
    assert await states(company) == ["cancelled"]
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.ALREADY_DECIDED
    refusal = await company.refused(CancelOverride, by="alice", override_id=asked.override_id)
    assert refusal.because is Because.ALREADY_DECIDED
    given = await grant(company, 1_000, to="alice", by="carol")
    refusal = await company.refused(CancelOverride, by="alice", override_id=given.override_id)
    assert refusal.because is Because.UNKNOWN_OVERRIDE


async def test_a_yes_in_advance_begins_it_at_once(company: Company) -> None:
    await fund_all(company)
    ends_at = company.clock.at + timedelta(days=30)
    await company.run(Preapprove, by="carol", subject=Subject.OVERRIDE, most=50_000, ends_at=ends_at)
    asked = await ask(company, 50_000)
    assert (asked.state, asked.agreed_by, asked.approvers) == ("active", "carol", ())
    assert asked.ends_at == company.clock.at + timedelta(hours=48)
    assert await company.balances() == FUNDED | {"Backend": 250_000, boost(asked.override_id): 50_000}
    assert (await ask(company, 50_001, by="bob")).state == "pending"


async def test_a_yes_in_advance_out_of_an_empty_budget_is_an_ordinary_request(sqlite_company: Company) -> None:
    company = sqlite_company
    ends_at = company.clock.at + timedelta(days=30)
    await company.run(Preapprove, by="carol", subject=Subject.OVERRIDE, most=50_000, ends_at=ends_at)
    asked = await ask(company, 50_000)
    assert (asked.state, asked.agreed_by, asked.approvers) == ("pending", None, ("carol",))
    assert len(await told(company, "approval.requested")) == 1


async def test_a_delegate_pays_from_the_budget_of_whose_place_they_take(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    asked = await ask(company, 80_000)
    decided = await decide(company, asked, by="dan")
    assert (decided.budget, decided.on_behalf_of) == ("Backend", company.user("carol"))


async def test_the_nearest_scope_pays_where_somebody_leads_at_two(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await company.hire("ruth", home="Backend", role=Role.DEPT_MANAGER, at="Engineering", base_role=BaseRole.NONE)
    await company.hire_with(Role.DEPT_MANAGER, "olga", home="Acme", at="Acme")
    asked = await ask(company, 200_000)
    assert asked.approvers == ("erin", "olga", "ruth")
    assert (await decide(company, asked, by="olga")).budget == "Acme"


async def test_a_super_admin_who_breaks_the_glass_pays_from_the_organization(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000)
    decided = await decide(company, asked, by="grace", justification="production is down")
    assert decided.budget == "Acme"
    assert len(await told(company, "approval.break_glass")) == 1


async def test_the_same_decision_again_changes_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000)
    first = await decide(company, asked, by="carol", id="pressed")
    before = await company.traces()
    assert await decide(company, asked, by="carol", id="pressed") == first
    assert await company.traces() == before
