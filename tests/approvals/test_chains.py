"""Every tier of a chain must agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.approvals.states import Progress
from core.approvals.waiting import Waiting
from core.directory.grant_role import GrantRole
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import told
from tests.allocation.granting import until
from tests.approvals.asking import ADMIN, LEAD, MANAGER, Ask, Decide, Said, ask_for
from tests.company import Company, found_company


async def test_every_tier_of_a_chain_must_agree_and_the_least_amount_counts(company: Company) -> None:
    asked = await ask_for(company, "alice", LEAD, MANAGER, ADMIN, is_chain=True)
    assert asked.approvers == ("carol",)
    first = await company.run(Decide, by="carol", approval_id=asked.approval_id, granted=120_000)
    assert first.state == "open"
    refusal = await company.refused(Decide, by="carol", approval_id=asked.approval_id)
    assert (refusal.because, refusal.facts["by"]) == (Because.ALREADY_AGREED, "carol")
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
    assert refusal.because is Because.ALREADY_AGREED
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_a_tier_of_a_chain_that_nobody_can_act_in_falls_to_a_super_admin(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "dan", LEAD, MANAGER, is_chain=True)
    assert asked.approvers == ("grace",)
    assert (await sqlite_company.run(Decide, by="grace", approval_id=asked.approval_id)).state == "open"
    assert (await sqlite_company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_a_chain_for_which_there_are_too_few_people_is_refused_at_once(sqlite_company: Company) -> None:
    """Erin leads the department: grace would have to stand in twice, until there is another super admin."""
    company = sqlite_company
    refusal = await company.refused(Ask, by="erin", tiers=(LEAD, MANAGER), is_chain=True)
    assert refusal.because is Because.NO_APPROVER
    await company.hire("wim", home="Acme", role=Role.SUPER_ADMIN)
    asked = await ask_for(company, "erin", LEAD, MANAGER, is_chain=True)
    assert asked.approvers == ("grace", "wim")
    await company.run(Decide, by="wim", approval_id=asked.approval_id)
    assert (await company.run(Decide, by="grace", approval_id=asked.approval_id)).state == "approved"


async def test_one_person_with_the_roles_of_two_tiers_agrees_for_one_and_a_super_admin_for_the_other(
    sqlite_company: Company,
) -> None:
    company = sqlite_company
    await company.run(DeactivateUser, by="operator", user_id=company.user("erin"))
    await company.run(
        GrantRole, by="grace", user_id=company.user("carol"), role=Role.DEPT_MANAGER,
        scope_id=company.node("Engineering"),
    )  # fmt: skip
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    await company.run(Decide, by="carol", approval_id=asked.approval_id)
    assert (await company.run(Decide, by="grace", approval_id=asked.approval_id)).state == "approved"


async def test_a_yes_that_leaves_nobody_for_a_later_tier_is_refused_and_a_no_is_not(sqlite_company: Company) -> None:
    """Erin leaves after it was asked, and grace is the lead's delegate: who could agree as the last is her alone."""
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    await company.run(Delegate, by="carol", delegate_id=company.user("grace"))
    await company.run(DeactivateUser, by="operator", user_id=company.user("erin"))
    refusal = await company.refused(Decide, by="grace", approval_id=asked.approval_id)
    assert refusal.because is Because.NO_NEXT_APPROVER
    assert (await company.run(Decide, by="carol", approval_id=asked.approval_id)).state == "open"
    said = await company.run(Decide, by="grace", approval_id=asked.approval_id, is_yes=False)
    assert said.state == "rejected"


async def test_a_delegate_agrees_for_one_tier_and_neither_of_the_two_for_another(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    await company.run(Delegate, by="erin", delegate_id=company.user("dan"))
    said = await company.run(Decide, by="dan", approval_id=asked.approval_id)
    assert (said.state, said.on_behalf_of) == ("open", company.user("carol"))
    for who in ("dan", "carol"):
        refusal = await company.refused(Decide, by=who, approval_id=asked.approval_id)
        assert (refusal.because, refusal.facts["by"]) == (Because.ALREADY_AGREED, "dan")
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_an_acting_lead_agrees_while_the_role_lasts(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    await company.run(
        GrantRole, by="grace", user_id=company.user("dan"), role=Role.TEAM_LEAD, scope_id=company.node("Backend"),
        starts_at=company.clock.at, ends_at=company.clock.at + timedelta(hours=1),
    )  # fmt: skip
    assert (await company.run(Decide, by="dan", approval_id=asked.approval_id)).state == "open"
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"


async def test_an_acting_manager_who_asks_or_gains_decides_at_no_tier(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, gainers=(company.user("bob"),), is_chain=True)
    for who in ("alice", "bob"):
        await company.run(
            GrantRole, by="grace", user_id=company.user(who), role=Role.DEPT_MANAGER,
            scope_id=company.node("Engineering"),
        )  # fmt: skip
    await company.run(Decide, by="carol", approval_id=asked.approval_id)
    for who in ("alice", "bob"):
        refusal = await company.refused(Decide, by=who, approval_id=asked.approval_id)
        assert refusal.because is Because.OWN_GAIN


async def test_a_super_admin_breaks_the_glass_of_all_tiers_at_once(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice", LEAD, MANAGER, is_chain=True)
    said = await sqlite_company.run(Decide, by="grace", approval_id=asked.approval_id, justification="it burns")
    assert said.state == "approved"


async def test_who_stands_in_for_one_tier_may_break_the_glass_of_all_or_agree_for_the_one(
    sqlite_company: Company,
) -> None:
    """Platform has no lead."""
    asked = [await ask_for(sqlite_company, "dan", LEAD, MANAGER, is_chain=True) for _ in range(2)]
    first = await sqlite_company.run(Decide, by="grace", approval_id=asked[0].approval_id)
    second = await sqlite_company.run(Decide, by="grace", approval_id=asked[1].approval_id, justification="it burns")
    assert (first.state, second.state) == ("open", "approved")
    assert [event["justification"] for event in await told(sqlite_company, "approval.break_glass")] == ["it burns"]
    third = await sqlite_company.run(Decide, by="grace", approval_id=asked[0].approval_id, justification="it burns")
    assert third.state == "approved", "also who has agreed for one already"


async def test_each_tier_is_reminded_once_and_the_time_of_all_ends_at_once(company: Company) -> None:
    """A day: carol is reminded after 12 hours, and agrees in the 20th: erin is reminded after half of what is left."""
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    noon = company.clock.at
    assert await until(company, noon + timedelta(hours=19)) == [f"remind:{asked.approval_id}"]
    company.clock.at = noon + timedelta(hours=20)
    await company.run(Decide, by="carol", approval_id=asked.approval_id)
    assert await until(company, noon + timedelta(hours=21, minutes=59)) == []
    assert await until(company, noon + timedelta(hours=23)) == [f"remind:{asked.approval_id}:1"]
    reminded = await told(company, "approval.reminded")
    assert [(event["approvers"], event["agreed"]) for event in reminded] == [
        ([company.user("carol")], []),
        ([company.user("erin")], [company.user("carol")]),
    ]
    company.clock.at = noon + timedelta(hours=24)
    refusal = await company.refused(Decide, by="erin", approval_id=asked.approval_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")


async def test_a_quick_yes_leaves_the_next_as_long_until_the_reminder(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice", LEAD, MANAGER, ADMIN, is_chain=True)
    noon = company.clock.at
    await company.run(Decide, by="carol", approval_id=asked.approval_id)
    await company.run(Decide, by="erin", approval_id=asked.approval_id)
    assert await until(company, noon + timedelta(hours=11, minutes=59)) == []
    assert await until(company, noon + timedelta(hours=12)) == [f"remind:{asked.approval_id}:2"]


async def test_who_asked_and_who_is_asked_see_how_far_it_has_come(company: Company) -> None:
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)
    (mine,) = (await company.ask(Waiting, by="alice")).of_mine
    assert mine.progress == Progress((), 2, ("carol",))
    await company.run(Decide, by="carol", approval_id=asked.approval_id, granted=120_000)
    (mine,) = (await company.ask(Waiting, by="alice")).of_mine
    (theirs,) = (await company.ask(Waiting, by="erin")).for_me
    for line in (mine, theirs):
        assert (line.amount, line.asked) == (120_000, 150_000)
        assert line.progress == Progress(("carol",), 2, ("erin",))
    assert (await company.ask(Waiting, by="carol")).for_me == ()
    (agreed,) = await told(company, "approval.agreed")
    assert (agreed["agreed"], agreed["approvers"]) == ([company.user("carol")], [company.user("erin")])
    assert (agreed["amount"], agreed["asked"], agreed["must_agree"]) == (120_000, 150_000, 2)


@pytest.mark.postgres
async def test_of_two_leads_who_press_at_once_one_agrees_and_the_other_learns_it(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    await company.run(
        GrantRole, by="grace", user_id=company.user("dan"), role=Role.TEAM_LEAD, scope_id=company.node("Backend")
    )
    asked = await ask_for(company, "alice", LEAD, MANAGER, is_chain=True)

    async def press(who: str) -> str:
        try:
            return (await company.run(Decide, by=who, approval_id=asked.approval_id)).state
        except Refused as refused:
            return refused.refusal.because.value

    ended = Counter(await asyncio.gather(*(press(who) for who in ("carol", "dan") * 4)))
    assert ended == {"open": 1, Because.ALREADY_AGREED.value: 7}
    assert len(await told(company, "approval.agreed")) == 1
    assert (await company.run(Decide, by="erin", approval_id=asked.approval_id)).state == "approved"
