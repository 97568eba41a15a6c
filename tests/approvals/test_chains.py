"""Every tier of a chain must agree."""

from __future__ import annotations

from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.directory.grant_role import GrantRole
from core.refusals import Because
from tests.approvals.asking import ADMIN, LEAD, MANAGER, Decide, Said, ask_for
from tests.company import Company


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
