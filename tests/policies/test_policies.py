"""Policies at work: applied by who runs the organization, counting at once, from the organization down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.replies.reply import Fact
from bot.replies.rules import RULES
from core.directory.apply_policy import ApplyPolicy
from core.directory.explain_policy import ExplainPolicy
from core.directory.move_user import MoveUser
from core.policy.documents import PolicyKind, settings
from core.refusals import Because, Refused
from core.reporting.balance import Balance
from core.storage.database import Database
from core.transfers.states import TransferState
from tests.company import Company, find_company, found_rival
from tests.policies.applying import LOW, REQUESTED, applied, is_refused, sends
from tests.spending.desk import open_desk
from tests.talking import Talk


@pytest.fixture
async def company(sqlite_acme: Database) -> Company:
    """Acme on SQLite; what depends on the database is told in test_versions.py."""
    return await find_company(sqlite_acme)


@pytest.fixture
async def rich(company: Company) -> Company:
    """Alice in Backend and dan in Platform have 100,000 each."""
    for who in ("alice", "dan"):
        await company.fund(who, 100_000)
    return company


async def test_a_limit_counts_from_the_moment_it_is_applied(rich: Company) -> None:
    await sends(rich, "alice", 4_000, to="bob")
    await applied(rich, LOW)
    refusal = await is_refused(rich, "alice", 2_000, to="bob")
    assert (refusal.because, refusal.facts["limit"], refusal.facts["used"]) == (
        Because.OVER_DAILY_LIMIT,
        5_000,
        4_000,
    )
    assert await rich.balances() == {"alice": 96_000, "bob": 4_000, "dan": 100_000}


async def test_a_team_has_rules_of_its_own_below_those_of_the_organization(rich: Company) -> None:
    await applied(rich, LOW)
    await applied(rich, "transfer_policy: {limits: {max_per_user_per_day: 20000}}", at="Backend")
    await sends(rich, "alice", 20_000, to="bob")
    assert (await is_refused(rich, "dan", 20_000, to="bob")).because is Because.OVER_DAILY_LIMIT
    await rich.run(MoveUser, by="grace", user_id=rich.user("dan"), home_id=rich.node("Backend"))
    await sends(rich, "dan", 20_000, to="bob")


async def test_an_empty_document_gives_way_to_what_stands_above(rich: Company) -> None:
    await applied(rich, "transfer_policy: {enabled: false}", at="Engineering")
    assert (await is_refused(rich, "alice", 2_000, to="bob")).because is Because.TRANSFERS_OFF
    await applied(rich, "transfer_policy: {}", at="Engineering")
    await sends(rich, "alice", 2_000, to="bob")


async def test_who_may_send_and_who_must_agree_is_the_policys_to_say(rich: Company) -> None:
    await applied(rich, "transfer_policy: {restrictions: {allowed_roles: [team_lead]}}", at="Backend")
    assert (await is_refused(rich, "alice", 2_000, to="bob")).because is Because.ROLE_MAY_NOT_SEND
    low = "transfer_policy: {approval_required: {threshold: 1500, approvers: [super_admin], sla_hours: 2}}"
    await applied(rich, low, at="Backend")
    sent = await sends(rich, "alice", 2_000, to="bob")
    assert (sent.state, sent.approvers, sent.expires_at) == (
        TransferState.PENDING,
        ("grace",),
        rich.clock.at + timedelta(hours=2),
    )
    assert (await rich.balances())["alice"] == 100_000


async def test_calls_stop_falling_through_to_a_pool_that_must_be_asked(company: Company) -> None:
    await company.fund("Backend pool", 10_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 1_000)
        await applied(company, REQUESTED, at="Backend")
        with pytest.raises(Refused) as refused:
            await desk.call("alice", 1_000)
        assert refused.value.refusal.because is Because.OUT_OF_CREDITS
    assert await company.balances() == {"Backend pool": 9_000}


async def test_a_months_allowance_on_the_pool_is_what_the_policy_says(company: Company) -> None:
    await company.fund("Backend pool", 10_000)
    await applied(company, "pool_policy: {draw_limits: {per_user_per_month: 1500}}", at="Engineering")
    balance = await company.ask(Balance, by="alice", user_id=company.user("alice"))
    assert balance.pool is not None
    assert balance.pool.reach == 1_500
    async with open_desk(company) as desk:
        await desk.call("alice", 1_500)
        with pytest.raises(Refused):
            await desk.call("alice", 1)
    assert await company.balances() == {"Backend pool": 8_500}


async def test_a_rule_that_does_not_go_together_with_a_teams_own_is_refused(company: Company) -> None:
    await applied(company, "ooo_policy: {destinations: {team_pool_percent: 80}}", at="Backend")
    text = "ooo_policy: {destinations: {team_pool_percent: 60, return_to_manager_percent: 40}}"
    refusal = await company.refused(ApplyPolicy, by="grace", scope_id=company.id, text=text)
    assert (refusal.because, refusal.facts["why"]) == (
        Because.WRONG_POLICY,
        "does not go together with what Backend says",
    )
    await applied(company, text, at="Sales")


@pytest.mark.parametrize("who", ["erin", "carol", "alice", "frank", "henry"])
async def test_nobody_loosens_what_binds_themselves(company: Company, who: str) -> None:
    refusal = await company.refused(ApplyPolicy, by=who, scope_id=company.node("Backend"), text=LOW)
    assert refusal.because is Because.NOT_ALLOWED


async def test_rules_stand_at_organizations_departments_and_teams_alone(company: Company) -> None:
    refusal = await company.refused(ApplyPolicy, by="grace", scope_id=company.node("Apollo"), text=LOW)
    assert refusal.because is Because.WRONG_PARENT
    bolt = await found_rival(company)
    peek = await bolt.refused(ApplyPolicy, by="mallory", scope_id=company.id, text=LOW)
    assert peek.because is Because.UNKNOWN_NODE


async def test_a_persons_rules_are_explained_with_where_each_was_set(company: Company) -> None:
    await applied(company, LOW)
    await applied(company, REQUESTED, at="Backend")
    values = await company.ask(ExplainPolicy, by="alice", user_id=company.user("alice"))
    assert [(one.kind, one.field, one.value, one.place, one.version) for one in values if one.place] == [
        ("transfer_policy", "limits.max_per_user_per_day", 5_000, "Acme", 1),
        ("pool_policy", "access_mode", "request_approval", "Backend", 1),
    ]
    assert len(values) == 31


def test_every_rule_has_words() -> None:
    for kind in PolicyKind:
        assert set(RULES[kind]) == {setting.field for setting in settings(kind, ())}


async def test_after_how_many_silent_days_somebody_is_away_is_told_in_words(company: Company) -> None:
    talk = Talk(company)
    reply = await talk.says("alice", "policy explain ooo")
    assert reply.table is not None
    assert ("Away by itself after", "never", "built in") in reply.table.rows
    await applied(company, "ooo_policy: {inactivity_days: 14}", at="Backend")
    reply = await talk.says("alice", "policy explain ooo")
    assert reply.table is not None
    said = "14 days without a call or a command"
    assert ("Away by itself after", said, "Backend, version 1") in reply.table.rows
    away = next(fact.value for fact in (await talk.says("alice", "policy")).facts if fact.label == "Out of office")
    assert away.endswith(f"20 % to the budget; by itself after {said}")


async def test_alfred_explains_the_rules_in_chat(company: Company) -> None:
    await applied(company, LOW)
    talk = Talk(company)
    reply = await talk.says("carol", "policy explain @alice transfer")
    assert reply.title == "Sending: the rules that count for @alice."
    assert reply.table is not None
    assert len(reply.table.rows) == 12
    assert ("Most sent in a day", "5,000 tokens", "Acme, version 1") in reply.table.rows
    assert ("Who is asked", "team lead, department manager", "built in") in reply.table.rows
    own = await talk.says("alice", "policy")
    assert own.lines == ("1 of 31 is your organization's own; the others are built in.",)
    assert own.table is not None
    assert own.table.rows == (("Sending: Most sent in a day", "5,000 tokens", "Acme, version 1"),)
    assert own.facts[0] == Fact("Sending", "up to 100,000 tokens without approval, 5,000 tokens a day")
    assert [action.says for action in own.actions] == [
        f"policy explain {kind}" for kind in ("transfer", "ooo", "pool", "override")
    ]
    boosts = await talk.presses("alice", own.actions[-1])
    assert boosts.table is not None
    tiers = "team lead up to 100k, department manager up to 1M, finance admin up to 10M"
    assert boosts.table.rows[-2:] == (("Who decides", tiers, "built in"), ("All tiers must agree", "no", "built in"))
    assert (await talk.says("dan", "policy explain @alice")).code == Because.NOT_ALLOWED.value
