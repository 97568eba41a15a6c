"""Who may ask for which boost, and who is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.leaving.deactivate_user import DeactivateUser
from core.overrides.cancel_override import CancelOverride
from core.overrides.decide_override import DecideOverride
from core.overrides.request_override import RequestOverride
from core.refusals import Because
from tests.allocation.granting import until
from tests.company import Company
from tests.overrides.boosts import REASON, ask, decide, fund_all, rows, states


async def test_other_boosts_of_168_hours_raise_the_tier_and_older_ones_do_not(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    first = await ask(company, 80_000, hours=2)
    await decide(company, first, by="carol")
    assert (await ask(company, 20_000)).approvers == ("carol",)
    assert (await ask(company, 1)).approvers == ("erin",)  # 80,000 begun, 20,000 pending, and this one
    assert (await ask(company, 100_000, by="bob")).approvers == ("carol",)
    await until(company, company.clock.at + timedelta(hours=168) - timedelta(seconds=1))
    assert (await ask(company, 20_001)).approvers == ("erin",)
    (last,) = [row for row in await rows(company) if row["state"] == "pending"]
    await company.run(CancelOverride, by="alice", override_id=last["id"])
    company.clock.advance(seconds=1)
    assert (await ask(company, 100_000)).approvers == ("carol",)


async def test_above_the_last_tier_nobody_can_approve(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    refusal = await company.refused(RequestOverride, by="alice", amount=10_000_001, hours=48, reason=REASON)
    assert (refusal.because, refusal.facts["most"]) == (Because.OVERRIDE_TOO_LARGE, 10_000_000)
    await ask(company, 6_000_000)
    refusal = await company.refused(RequestOverride, by="alice", amount=4_000_001, hours=48, reason=REASON)
    assert (refusal.because, refusal.facts["counted"]) == (Because.OVERRIDE_TOO_LARGE, 6_000_000)
    assert await states(company) == ["pending"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"hours": 169}, Because.OVERRIDE_TOO_LONG),
        ({"hours": 0}, Because.OVERRIDE_TOO_LONG),
        ({"hours": -1}, Because.OVERRIDE_TOO_LONG),
        ({"reason": "  "}, Because.REASON_REQUIRED),
        ({"reason": "x" * 1_001}, Because.BAD_VALUE),
        ({"amount": 0}, Because.AMOUNT_OUT_OF_RANGE),
        ({"amount": -5}, Because.AMOUNT_OUT_OF_RANGE),
    ],
)
async def test_a_boost_has_an_amount_an_end_within_a_week_and_a_reason(
    sqlite_company: Company, fields: dict[str, Any], why: Because
) -> None:
    await fund_all(sqlite_company)
    wish: dict[str, Any] = {"amount": 50_000, "hours": 168, "reason": REASON} | fields
    assert (await sqlite_company.refused(RequestOverride, by="alice", **wish)).because is why


@pytest.mark.parametrize("who", ["frank", "henry", "ci-bot"])
async def test_who_spends_nothing_of_their_own_asks_for_no_boost(sqlite_company: Company, who: str) -> None:
    refusal = await sqlite_company.refused(RequestOverride, by=who, amount=50_000, hours=1, reason=REASON)
    assert refusal.because is Because.NOT_ALLOWED


async def test_a_lead_who_asks_is_decided_by_the_manager(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000, by="carol")
    assert asked.approvers == ("erin",)
    refusal = await company.refused(DecideOverride, by="carol", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.OWN_GAIN


async def test_where_nobody_could_decide_it_is_refused_at_once(sqlite_company: Company) -> None:
    company = sqlite_company
    for handle in ("carol", "erin", "frank"):
        await company.run(DeactivateUser, by="operator", user_id=company.user(handle))
    assert (await ask(company, 80_000)).approvers == ("grace",)
    refusal = await company.refused(RequestOverride, by="grace", amount=80_000, hours=1, reason=REASON)
    assert refusal.because is Because.NO_APPROVER
