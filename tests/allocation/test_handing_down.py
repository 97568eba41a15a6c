"""Credits are issued to the organization and handed down the tree, and come back up."""

from __future__ import annotations

from datetime import date

from core.access.matrix import Role
from core.allocation.allocate import Allocate
from core.allocation.issue_credits import IssueCredits
from core.allocation.set_quota import SetQuota
from core.allocation.withdraw import Withdraw
from core.directory.grant_role import GrantRole
from core.directory.join_project import JoinProject
from core.ledger.accounts import MAX_CREDITS, NEVER
from core.policy.periods import NO_ROLLOVER, Period
from core.refusals import Because
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company, found_rival

IN_90_DAYS = date(2026, 5, 31)
"""Counted from 2 March."""


async def test_operator_super_admin_and_finance_issue_credits_that_never_expire(company: Company) -> None:
    issued = [await company.run(IssueCredits, by=who, amount=1_000_000) for who in ("operator", "grace", "frank")]
    assert [receipt.available for receipt in issued] == [1_000_000, 2_000_000, 3_000_000]
    assert await company.balances() == {"Acme": 3_000_000}
    assert await slices(company, "Acme") == [(NEVER, 3_000_000)]
    assert await told(company, "credits.issued") == [{"amount": 1_000_000, "expires_on": "9999-12-31"}] * 3
    await assert_no_drift(company)


async def test_nobody_else_issues_credits(company: Company) -> None:
    await company.run(
        GrantRole, by="operator", user_id=company.user("dan"), role=Role.DEPT_MANAGER, scope_id=company.id
    )
    for who in ("erin", "carol", "alice", "henry", "ci-bot", "dan"):
        refusal = await company.refused(IssueCredits, by=who, amount=1_000_000)
        assert refusal.because is Because.NOT_ALLOWED


async def test_issued_credits_may_have_a_last_day_but_none_that_has_passed(company: Company) -> None:
    await company.run(IssueCredits, by="grace", amount=1_000, expires_on=date(2026, 3, 2))
    assert await slices(company, "Acme") == [(date(2026, 3, 2), 1_000)]
    refusal = await company.refused(IssueCredits, by="grace", amount=1_000, expires_on=date(2026, 3, 1))
    assert refusal.because is Because.BAD_VALUE


async def test_amounts_out_of_range_are_neither_issued_nor_allocated_nor_withdrawn(company: Company) -> None:
    await company.fund("Acme", 1_000)
    sales = company.node("Sales")
    for amount in (-5, 0, MAX_CREDITS + 1):
        for refusal in (
            await company.refused(IssueCredits, by="grace", amount=amount),
            await company.refused(Allocate, by="grace", owner_id=sales, amount=amount),
            await company.refused(Withdraw, by="grace", owner_id=sales, amount=amount),
        ):
            assert refusal.because is Because.AMOUNT_OUT_OF_RANGE


async def test_credits_go_down_one_level_at_a_time_and_live_90_days_from_there(company: Company) -> None:
    await company.fund("Acme", 1_000_000)
    await company.run(Allocate, by="frank", owner_id=company.node("Engineering"), amount=600_000)
    await company.run(Allocate, by="erin", owner_id=company.node("Backend"), amount=400_000)
    await company.run(Allocate, by="carol", owner_id=company.user("alice"), amount=100_000)
    assert await company.balances() == {
        "Acme": 400_000,
        "Engineering": 200_000,
        "Backend": 300_000,
        "alice": 100_000,
    }
    assert await slices(company, "alice") == [(IN_90_DAYS, 100_000)]
    assert [(event["amount"], event["owner_id"]) for event in await told(company, "allocation.made")] == [
        (600_000, company.node("Engineering")),
        (400_000, company.node("Backend")),
        (100_000, company.user("alice")),
    ]
    await assert_no_drift(company)


async def test_the_receivers_own_quota_says_how_long_allocated_credits_live(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await company.run(
        SetQuota,
        by="carol",
        owner_id=company.user("alice"),
        amount=5_000,
        typed="5k",
        period=Period.MONTHLY,
        anchor=date(2026, 1, 1),
        rollover=NO_ROLLOVER,
    )
    await company.run(Allocate, by="carol", owner_id=company.user("alice"), amount=1_000)
    await company.run(Allocate, by="carol", owner_id=company.user("alice"), amount=2_000, expires_on=date(2026, 12, 31))
    assert await slices(company, "alice") == [(date(2026, 3, 31), 1_000), (date(2026, 12, 31), 2_000)]


async def test_a_budget_gives_no_more_than_it_has(company: Company) -> None:
    await company.fund("Backend", 5_000)
    refusal = await company.refused(Allocate, by="carol", owner_id=company.user("alice"), amount=5_001)
    assert refusal.because is Because.OUT_OF_CREDITS
    assert (refusal.facts["asked"], refusal.facts["available"]) == (5_001, 5_000)


async def test_what_gains_does_not_decide_its_parent_does(company: Company) -> None:
    """A team lead hands on what the team has, and does not reach into the department for more."""
    await company.fund("Engineering", 10_000)
    refusal = await company.refused(Allocate, by="carol", owner_id=company.node("Backend"), amount=1_000)
    assert refusal.because is Because.NOT_ALLOWED
    refusal = await company.refused(Allocate, by="erin", owner_id=company.node("Engineering"), amount=1_000)
    assert refusal.because is Because.NOT_ALLOWED


async def test_nobody_allocates_to_themselves(company: Company) -> None:
    for who, home in (("carol", "Backend"), ("erin", "Engineering"), ("grace", "Acme")):
        await company.fund(home, 10_000)
        refusal = await company.refused(Allocate, by=who, owner_id=company.user(who), amount=1_000)
        assert refusal.because is Because.OWN_GAIN


async def test_members_of_a_project_do_not_fund_it(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await company.run(Allocate, by="carol", owner_id=company.node("Apollo"), amount=1_000)
    await company.run(JoinProject, by="operator", project_id=company.node("Apollo"), user_id=company.user("carol"))
    refusal = await company.refused(Allocate, by="carol", owner_id=company.node("Apollo"), amount=1_000)
    assert refusal.because is Because.OWN_GAIN
    await company.run(Allocate, by="erin", owner_id=company.node("Apollo"), amount=1_000)
    assert await company.balances() == {"Backend": 8_000, "Apollo": 2_000}


async def test_the_sole_super_admin_gets_credits_from_the_operator(company: Company) -> None:
    await company.fund("Acme", 10_000)
    await company.run(Allocate, by="operator", owner_id=company.user("grace"), amount=1_000)
    assert await company.balances() == {"Acme": 9_000, "grace": 1_000}


async def test_another_organizations_ids_are_unknown(company: Company) -> None:
    bolt = await found_rival(company)
    await company.fund("Acme", 10_000)
    for owner in (bolt.user("mallory"), bolt.node("Ops"), bolt.id):
        refusal = await company.refused(Allocate, by="grace", owner_id=owner, amount=1_000)
        assert refusal.because is Because.UNKNOWN_NODE


async def test_credits_are_issued_to_an_organization_not_allocated(company: Company) -> None:
    for deed in (Allocate, Withdraw):
        refusal = await company.refused(deed, by="grace", owner_id=company.id, amount=1_000)
        assert refusal.because is Because.BAD_VALUE


async def test_withdrawn_credits_keep_their_dates(company: Company) -> None:
    await company.fund("alice", 4_000, expires_on=date(2026, 4, 30))
    await company.fund("alice", 4_000)
    receipt = await company.run(Withdraw, by="carol", owner_id=company.user("alice"), amount=5_000)
    assert receipt.available == 3_000
    assert await slices(company, "Backend") == [(date(2026, 4, 30), 4_000), (NEVER, 1_000)]
    assert await company.balances() == {"Backend": 5_000, "alice": 3_000}
    await assert_no_drift(company)


async def test_no_more_is_withdrawn_than_is_there(company: Company) -> None:
    await company.fund("alice", 4_000)
    await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=1_500)
    refusal = await company.refused(Withdraw, by="carol", owner_id=company.user("alice"), amount=2_501)
    assert refusal.because is Because.OUT_OF_CREDITS
    assert refusal.facts["available"] == 2_500
