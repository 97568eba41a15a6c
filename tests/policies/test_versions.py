"""Every version of a policy is kept; and what the past would have met under a new one, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.query import QueryAudit
from core.directory.apply_policy import ApplyPolicy
from core.directory.show_policies import ShowPolicies
from core.refusals import Because, Refused
from core.storage.tables import outbox
from core.transfers.try_policy import TryPolicy
from tests.company import Company
from tests.policies.applying import LOW, REQUESTED, applied, sends


@pytest.fixture
async def rich(company: Company) -> Company:
    """Alice in Backend and dan in Platform have 100,000 each, and zoe works in Field."""
    for who in ("alice", "dan"):
        await company.fund(who, 100_000)
    await company.hire("zoe", home="Field")
    return company


async def test_every_version_is_kept_with_its_author_and_what_it_changed(company: Company) -> None:
    await applied(company, LOW)
    company.clock.advance(hours=1)
    await applied(company, LOW.replace("5000", "7000"), by="operator")
    versions = await company.ask(ShowPolicies, by="henry", scope_id=company.id, with_history=True)
    assert [(one.version, one.author_id, one.changes) for one in versions] == [
        (2, "operator:root", {"limits.max_per_user_per_day": [5_000, 7_000]}),
        (1, company.user("grace"), {"limits.max_per_user_per_day": [None, 5_000]}),
    ]
    [now] = await company.ask(ShowPolicies, by="henry", scope_id=company.id)
    assert (now.version, now.text) == (2, LOW.replace("5000", "7000"))
    page = await company.run(QueryAudit, by="henry", types=("policy.applied",))
    assert [event.details["transfer_policy"]["version"] for event in page.events] == [2, 1]
    async with company.database.snapshot() as connection:
        told = list(await connection.scalars(select(outbox.c.payload).where(outbox.c.type == "policy.applied")))
    assert {(one["kind"], one["version"]) for one in told} == {("transfer_policy", 1), ("transfer_policy", 2)}


async def test_a_file_with_a_mistake_is_refused_by_line_and_field(company: Company) -> None:
    text = "pool_policy: {}\ntransfer_policy:\n  limits:\n    min_transfer: lots\n"
    refusal = await company.refused(ApplyPolicy, by="grace", scope_id=company.id, text=text)
    assert (refusal.because, refusal.facts) == (
        Because.WRONG_POLICY,
        {"line": 4, "field": "transfer_policy.limits.min_transfer", "why": "should be a whole number of credits"},
    )
    assert await company.ask(ShowPolicies, by="grace", scope_id=company.id) == ()


async def test_a_dry_run_says_what_last_month_would_have_met(rich: Company) -> None:
    for who, amount in (("alice", 4_000), ("alice", 2_000), ("dan", 6_000)):
        rich.clock.advance(hours=1)
        await sends(rich, who, amount, to="zoe")
    rich.clock.advance(days=2)
    await sends(rich, "alice", 5_000, to="zoe")
    balances, tried = await rich.balances(), {"text": LOW, "since": rich.clock.at - timedelta(days=30)}
    fields: dict[str, Any] = tried
    run = await rich.ask(TryPolicy, by="grace", scope_id=rich.id, **fields)
    assert [(met.sender, met.total, met.because) for met in run.met] == [
        ("alice", 2_000, "over_daily_limit"),
        ("dan", 6_000, "over_daily_limit"),
    ]
    assert run.looked_at == 4
    backend = await rich.ask(TryPolicy, by="grace", scope_id=rich.node("Backend"), **fields)
    assert ([met.sender for met in backend.met], backend.looked_at) == (["alice"], 3)
    assert await rich.balances() == balances
    assert await rich.ask(ShowPolicies, by="grace", scope_id=rich.id) == ()


async def test_only_a_transfer_policy_can_be_tried_on_the_past(company: Company) -> None:
    with pytest.raises(Refused) as refused:
        await company.ask(TryPolicy, by="grace", scope_id=company.id, text=REQUESTED, since=company.clock.at)
    assert refused.value.refusal.because is Because.WRONG_POLICY
