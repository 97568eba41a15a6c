"""Where the policy says that all tiers must agree: every tier up to the one that the amount needs, in order.

Team lead up to 100,000, department manager up to 1,000,000, finance admin up to 10,000,000, as it is built in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from core.approvals.states import ApprovalState, Progress
from core.overrides.cancel_override import CancelOverride
from core.overrides.decide_override import DecideOverride
from core.overrides.grant_override import GrantOverride
from core.refusals import Because
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company
from tests.overrides.boosts import FUNDED, REASON, ask, boost, decide, fund_all, grant, states
from tests.policies.applying import applied
from tests.talking import Talk

ALL = "override_policy:\n  all_tiers_must_agree: true\n"


@pytest.fixture
async def strict(company: Company) -> AsyncIterator[Company]:
    """Budgets at every level, and all tiers must agree."""
    await fund_all(company)
    await applied(company, ALL)
    yield company
    await assert_no_drift(company)


async def test_up_to_the_first_limit_nothing_is_different(strict: Company) -> None:
    asked = await ask(strict, 80_000)
    assert (asked.approvers, asked.must_agree) == (("carol",), 1)
    assert (await decide(strict, asked, by="carol")).state is ApprovalState.APPROVED


async def test_above_it_lead_and_manager_agree_and_the_managers_budget_pays(strict: Company) -> None:
    asked = await ask(strict, 200_000)
    assert (asked.approvers, asked.must_agree) == (("carol",), 2)
    first = await decide(strict, asked, by="carol")
    assert (first.state, first.progress) == (ApprovalState.OPEN, Progress(("carol",), 2, ("erin",)))
    assert await strict.balances() == FUNDED
    second = await decide(strict, asked, by="erin")
    assert (second.state, second.amount, second.budget) == (ApprovalState.APPROVED, 200_000, "Engineering")
    assert await strict.balances() == FUNDED | {"Engineering": 1_800_000, boost(asked.override_id): 200_000}


async def test_a_very_large_one_takes_all_three(strict: Company) -> None:
    asked = await ask(strict, 2_000_000)
    assert asked.must_agree == 3
    for who in ("carol", "erin"):
        assert (await decide(strict, asked, by=who)).state is ApprovalState.OPEN
    decided = await decide(strict, asked, by="frank")
    assert (decided.state, decided.budget) == (ApprovalState.APPROVED, "Acme")


async def test_a_no_at_the_second_tier_ends_it(strict: Company) -> None:
    asked = await ask(strict, 200_000)
    await decide(strict, asked, by="carol")
    assert (await decide(strict, asked, by="erin", is_yes=False)).state is ApprovalState.REJECTED
    assert (await states(strict), await strict.balances()) == (["rejected"], FUNDED)


async def test_less_and_shorter_on_the_way_bind_those_who_follow(strict: Company) -> None:
    asked = await ask(strict, 200_000, hours=48)
    first = await decide(strict, asked, by="carol", amount=150_000, hours=24)
    assert (first.amount, first.hours) == (150_000, 24)
    assert [(event["amount"], event["hours"]) for event in await told(strict, "approval.requested")] == [
        (200_000, 48),
        (150_000, 24),
    ]
    for more, why in (({"hours": 25}, Because.OVERRIDE_TOO_LONG), ({"amount": 150_001}, Because.AMOUNT_OUT_OF_RANGE)):
        yes: dict[str, Any] = {"approval_id": asked.approval_id, "is_yes": True, **more}
        assert (await strict.refused(DecideOverride, by="erin", **yes)).because is why
    decided = await decide(strict, asked, by="erin")
    assert (decided.amount, decided.hours) == (150_000, 24)
    assert decided.ends_at == strict.clock.at + timedelta(hours=24)


async def test_a_shorter_last_yes_counts(strict: Company) -> None:
    asked = await ask(strict, 200_000, hours=48)
    await decide(strict, asked, by="carol", hours=24)
    assert (await decide(strict, asked, by="erin", hours=12)).hours == 12


async def test_each_tier_is_reminded_after_five_minutes_and_after_a_day_it_is_over(strict: Company) -> None:
    start = strict.clock.at
    asked = await ask(strict, 200_000)
    assert await until(strict, start + timedelta(minutes=20)) == [f"remind:{asked.approval_id}"]
    strict.clock.at = start + timedelta(minutes=30)
    await decide(strict, asked, by="carol")
    assert await until(strict, start + timedelta(minutes=35)) == [f"remind:{asked.approval_id}:1"]
    assert [event["approvers"] for event in await told(strict, "approval.reminded")] == [
        [strict.user("carol")],
        [strict.user("erin")],
    ]
    assert await until(strict, start + timedelta(hours=24)) == [f"expire-override:{asked.approval_id}"]
    assert (await states(strict), await strict.balances()) == (["expired"], FUNDED)


async def test_who_asked_takes_it_back_between_the_two(strict: Company) -> None:
    asked = await ask(strict, 200_000)
    await decide(strict, asked, by="carol")
    await strict.run(CancelOverride, by="alice", override_id=asked.override_id)
    assert await states(strict) == ["cancelled"]
    refusal = await strict.refused(DecideOverride, by="erin", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "cancelled")


async def test_the_last_to_agree_hears_of_a_short_budget_and_may_agree_to_what_is_there(company: Company) -> None:
    await company.fund("Engineering", 150_000)
    await applied(company, ALL)
    asked = await ask(company, 200_000)
    await decide(company, asked, by="carol")
    refusal = await company.refused(DecideOverride, by="erin", approval_id=asked.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["available"]) == (Because.BUDGET_SHORT, 150_000)
    assert (await decide(company, asked, by="erin", amount=150_000)).state is ApprovalState.APPROVED
    assert await company.balances() == {boost(asked.override_id): 150_000}


async def test_a_super_admin_who_stands_in_grants_out_of_the_organizations_budget(strict: Company) -> None:
    """Dan's team has no lead, and he asks for what takes the manager as well."""
    asked = await ask(strict, 200_000, by="dan")
    assert asked.approvers == ("grace",)
    await decide(strict, asked, by="grace")
    assert (await decide(strict, asked, by="erin")).budget == "Engineering"
    urgent = await ask(strict, 300_000)
    decided = await decide(strict, urgent, by="grace", justification="P0")
    assert (decided.state, decided.budget) == (ApprovalState.APPROVED, "Acme")


async def test_what_breaks_the_glass_on_a_short_budget_is_refused_in_words(company: Company) -> None:
    await applied(company, ALL)
    asked = await ask(company, 200_000)
    refusal = await company.refused(
        DecideOverride, by="grace", approval_id=asked.approval_id, is_yes=True, justification="P0"
    )
    assert (refusal.because, refusal.facts["budget"]) == (Because.BUDGET_SHORT, "Acme")


async def test_nobody_gives_alone_what_takes_several_to_agree(strict: Company) -> None:
    await grant(strict, 100_000, to="alice", by="erin")
    refusal = await strict.refused(
        GrantOverride, by="erin", user_id=strict.user("bob"), amount=100_001, hours=1, reason=REASON
    )
    assert (refusal.because, refusal.facts["most"]) == (Because.OVERRIDE_ABOVE_YOURS, 100_000)


async def test_everybody_reads_how_far_it_has_come(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await applied(company, ALL)
    talk = Talk(company)
    asked = await talk.says("alice", "request override 200k for 48h P0 incident")
    assert (
        "2 people must agree, one after the other. Asked first: @carol. "
        "They can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin)."
    ) in asked.lines
    agreed = await talk.says("carol", "approve @alice 150k for 24h")
    assert agreed.in_words() == (
        "You agree: 150,000 tokens for @alice for 24 hours.\n1 of 2 have agreed: @carol; now asked: @erin."
    )
    assert (
        (await talk.says("alice", "approvals"))
        .lines[0]
        .startswith(
            "You wait for @erin: 150,000 tokens for 24 hours (override). 200,000 tokens were asked for. "
            "1 of 2 have agreed: @carol; now asked: @erin. Until "
        )
    )
    done = await talk.says("erin", "approve @alice")
    assert done.title.startswith("Approved: 150,000 tokens for @alice until ")
    rules = await talk.says("alice", "policy explain override")
    assert rules.table is not None
    assert ("All tiers must agree", "yes", "Acme, version 1") in rules.table.rows
