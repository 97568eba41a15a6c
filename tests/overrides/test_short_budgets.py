"""A budget that is too short for a boost sends the request up."""

from __future__ import annotations

from datetime import date

from core.approvals.states import ApprovalState
from core.leaving.deactivate_user import DeactivateUser
from core.ledger.accounts import NEVER
from core.overrides.decide_override import DecideOverride
from core.refusals import Because
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company
from tests.overrides.boosts import ask, boost, decide


async def test_a_short_budget_sends_the_request_up_one_tier_and_says_so(company: Company) -> None:
    await company.fund("Backend", 30_000)
    await company.fund("Engineering", 500_000)
    asked = await ask(company, 80_000)
    decided = await decide(company, asked, by="carol")
    assert decided.state is ApprovalState.OPEN
    assert decided.shortage is not None
    assert (decided.shortage.budget, decided.shortage.available, decided.shortage.asked_now) == (
        "Backend",
        30_000,
        ("erin",),
    )
    assert await company.balances() == {"Backend": 30_000, "Engineering": 500_000}
    (passed,) = await told(company, "override.passed_up")
    assert (passed["available"], passed["approvers"]) == (30_000, [company.user("carol"), company.user("erin")])
    decided = await decide(company, asked, by="erin")
    assert decided.budget == "Engineering"
    assert await company.balances() == {
        "Backend": 30_000,
        "Engineering": 420_000,
        boost(asked.override_id): 80_000,
    }
    await assert_no_drift(company)


async def test_after_that_the_first_approver_may_still_agree_to_what_is_there(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Backend", 30_000)
    asked = await ask(company, 80_000)
    await decide(company, asked, by="carol")
    decided = await decide(company, asked, by="carol", amount=30_000)
    assert (decided.state, decided.amount) == (ApprovalState.APPROVED, 30_000)
    assert await company.balances() == {boost(asked.override_id): 30_000}


async def test_who_presses_again_on_a_short_budget_asks_nobody_further_up(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, 80_000)
    assert (await decide(company, asked, by="carol")).shortage is not None
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["budget"]) == (Because.BUDGET_SHORT, "Backend")


async def test_who_stands_in_for_an_empty_tier_sends_it_up_by_one_press(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, 80_000)
    await company.run(DeactivateUser, by="operator", user_id=company.user("carol"))
    shortage = (await decide(company, asked, by="erin")).shortage
    assert shortage is not None
    assert shortage.asked_now == ("frank",)


async def test_at_the_last_tier_a_short_budget_is_a_refusal(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, 80_000)
    for who in ("carol", "erin", "frank"):
        assert (await decide(company, asked, by=who)).state is ApprovalState.OPEN
    refusal = await company.refused(DecideOverride, by="grace", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["budget"]) == (Because.BUDGET_SHORT, "Acme")


async def test_only_credits_that_outlive_the_boost_count(company: Company) -> None:
    """It ends on Wednesday: what expires on Tuesday is left where it is."""
    await company.fund("Backend", 50_000, expires_on=date(2026, 3, 3))
    await company.fund("Backend", 50_000, expires_on=date(2026, 3, 4))
    await company.fund("Backend", 50_000)
    asked = await ask(company, 80_000)
    await decide(company, asked, by="carol")
    assert await slices(company, "Backend") == [(date(2026, 3, 3), 50_000), (NEVER, 20_000)]
    await assert_no_drift(company)
