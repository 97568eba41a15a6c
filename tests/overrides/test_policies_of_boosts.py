"""Every field of override_policy counts: from the organization down, for asking, giving and deciding."""

from __future__ import annotations

from typing import Any

import pytest

from core.directory.explain_policy import ExplainPolicy
from core.overrides.decide_override import DecideOverride
from core.overrides.grant_override import GrantOverride
from core.overrides.request_override import RequestOverride
from core.refusals import Because
from tests.company import Company
from tests.overrides.boosts import REASON, ask, decide, fund_all, grant, states
from tests.policies.applying import applied

OFF = "override_policy:\n  enabled: false\n"
SHORT = "override_policy:\n  max_duration_hours: 24\n"
NO_REASON = "override_policy:\n  requires_justification: false\n"
STRICT = "override_policy:\n  approval_tiers:\n    - {limit: 10000, approver: team_lead}\n"
STRICT += "    - {limit: 50000, approver: super_admin}\n"


async def refusals(company: Company, **fields: Any) -> list[Because]:  # noqa: ANN401  the commands' own
    """Of asking and of giving the same."""
    wish: dict[str, Any] = {"amount": 5_000, "hours": 48, "reason": REASON} | fields
    asked = await company.refused(RequestOverride, by="alice", **wish)
    given = await company.refused(GrantOverride, by="carol", user_id=company.user("alice"), **wish)
    return [asked.because, given.because]


@pytest.mark.parametrize("place", ["Acme", "Engineering", "Backend"])
@pytest.mark.parametrize(("text", "why"), [(OFF, Because.OVERRIDES_OFF), (SHORT, Because.OVERRIDE_TOO_LONG)])
async def test_what_stands_above_or_at_home_counts(
    sqlite_company: Company, place: str, text: str, why: Because
) -> None:
    await fund_all(sqlite_company)
    await applied(sqlite_company, text, at=place)
    assert await refusals(sqlite_company) == [why, why]
    assert await states(sqlite_company) == []


async def test_what_another_team_says_does_not_count(sqlite_company: Company) -> None:
    await fund_all(sqlite_company)
    await applied(sqlite_company, OFF, at="Platform")
    await ask(sqlite_company, 5_000)
    assert await states(sqlite_company) == ["pending"]


async def test_a_team_may_have_what_its_organization_has_not(sqlite_company: Company) -> None:
    await applied(sqlite_company, OFF)
    await applied(sqlite_company, "override_policy:\n  enabled: true\n", at="Backend")
    assert (await ask(sqlite_company, 5_000)).approvers == ("carol",)
    refusal = await sqlite_company.refused(RequestOverride, by="dan", amount=5_000, hours=1, reason=REASON)
    assert refusal.because is Because.OVERRIDES_OFF


async def test_where_no_reason_is_required_none_is_needed(sqlite_company: Company) -> None:
    await fund_all(sqlite_company)
    assert await refusals(sqlite_company, reason="") == [Because.REASON_REQUIRED] * 2
    await applied(sqlite_company, NO_REASON, at="Engineering")
    await ask(sqlite_company, 5_000, reason="")
    await grant(sqlite_company, 5_000, to="alice", by="carol", reason="")
    assert await states(sqlite_company) == ["pending", "active"]


async def test_the_tiers_are_those_of_the_policy(sqlite_company: Company) -> None:
    await fund_all(sqlite_company)
    await applied(sqlite_company, STRICT, at="Backend")
    assert (await ask(sqlite_company, 10_000)).approvers == ("carol",)
    assert (await ask(sqlite_company, 1)).approvers == ("grace",)
    assert await refusals(sqlite_company, amount=50_001) == [Because.OVERRIDE_TOO_LARGE] * 2
    refusal = await sqlite_company.refused(
        GrantOverride, by="erin", user_id=sqlite_company.user("alice"), amount=1, hours=1, reason=REASON
    )
    assert (refusal.because, refusal.facts["most"]) == (Because.OVERRIDE_ABOVE_YOURS, 0)


@pytest.mark.parametrize(
    ("text", "fields", "why"), [(OFF, {}, Because.OVERRIDES_OFF), (SHORT, {}, Because.OVERRIDE_TOO_LONG)]
)
async def test_a_yes_obeys_the_policy_of_its_own_moment(
    sqlite_company: Company, text: str, fields: dict[str, Any], why: Because
) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 5_000)
    await applied(company, text)
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True, **fields)
    assert refusal.because is why
    await decide(company, asked, by="carol", is_yes=False)
    assert await states(company) == ["rejected"]


async def test_a_shorter_yes_fits_a_policy_that_has_become_stricter(sqlite_company: Company) -> None:
    await fund_all(sqlite_company)
    asked = await ask(sqlite_company, 5_000)
    await applied(sqlite_company, SHORT)
    assert (await decide(sqlite_company, asked, by="carol", hours=24)).hours == 24


async def test_policy_explain_says_who_set_what(sqlite_company: Company) -> None:
    company = sqlite_company
    await applied(company, SHORT)
    await applied(company, NO_REASON, at="Backend")
    lines = await company.ask(ExplainPolicy, by="alice", user_id=company.user("alice"))
    said = {line.field: (line.value, line.place) for line in lines if line.kind == "override_policy"}
    assert said["enabled"] == (True, None)
    assert said["max_duration_hours"] == (24, "Acme")
    assert said["requires_justification"] == (False, "Backend")
    assert said["auto_expire"] == (True, None)
