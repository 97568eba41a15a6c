"""A team at a glance: who may look, what they see, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.refusals import Because, Refused
from core.reporting.team_overview import TeamOverview
from core.reporting.team_sheet import Away, Helped, PlaceBelow, TeamPool, TeamQuota, TeamSheet, Used
from tests.allocation.granting import set_quota
from tests.company import Company, found_rival
from tests.ooo.away import away, berlin
from tests.spending.desk import open_desk
from tests.talking import Talk

MARCH = datetime(2026, 2, 28, 23, tzinfo=UTC)


async def overview(company: Company, *, by: str, of: str = "Backend") -> TeamSheet:
    return await company.ask(TeamOverview, by=by, node_id=company.node(of))


@pytest.fixture
async def busy(company: Company) -> Company:
    """Alice has called for 1,000 and has a boost, Bob is away, the team has a budget, a pool and a quota."""
    await company.fund("Engineering", 900_000)
    await company.fund("Backend", 70_000)
    await company.fund("Backend pool", 300_000)
    await company.fund("alice", 10_000)
    await company.fund("bob", 5_000)
    await set_quota(company, "Backend", 500_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 1_000)
        await desk.boost("alice", 400, name="ovr_p0", hours=3)
    await away(company, "bob", "2026-03-02", "2026-03-09")
    return company


async def test_a_lead_sees_budget_use_pool_and_everybody(busy: Company) -> None:
    sheet = await overview(busy, by="carol")
    april = datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert (sheet.name, sheet.kind, sheet.budget) == ("Backend", "team", 70_000)
    assert sheet.quota == TeamQuota(500_000, "monthly", april)
    assert sheet.used == Used(MARCH, 1, 1_000, Decimal("0.00015"))
    assert sheet.pool == TeamPool(300_000, is_auto_draw=True)
    assert sheet.held_by_people == 14_000
    said = {line.handle: (line.available, line.used, line.boost_until, line.away) for line in sheet.members}
    helps = (Helped("pool", is_person=False, percent=80), Helped("parent", is_person=False, percent=20))
    assert said == {
        "alice": (9_000, 1_000, datetime(2026, 3, 2, 12, tzinfo=UTC), None),
        "bob": (5_000, 0, None, Away(berlin("2026-03-09"), helps)),
        "carol": (0, 0, None, None),
        "ci-bot": (0, 0, None, None),
    }
    assert [line.handle for line in sheet.members if line.is_lead] == ["carol"]


async def test_team_mates_see_the_team_but_not_what_each_other_has(busy: Company) -> None:
    for who in ("bob", "frank"):  # finance sees the money of every team, and no personal detail
        sheet = await overview(busy, by=who)
        assert (sheet.budget, sheet.held_by_people, sheet.used.credits) == (70_000, 14_000, 1_000)
        assert {(line.available, line.used) for line in sheet.members} == {(None, None)}


async def test_only_its_people_and_who_sees_usage_there_may_look(busy: Company) -> None:
    for who in ("grace", "frank", "henry", "erin", "carol", "alice", "bob", "ci-bot"):
        assert (await overview(busy, by=who)).name == "Backend"
    with pytest.raises(Refused) as dan:
        await overview(busy, by="dan")
    assert dan.value.refusal.because is Because.NOT_ALLOWED
    rival = await found_rival(busy)
    with pytest.raises(Refused) as mallory:
        await rival.ask(TeamOverview, by="mallory", node_id=busy.node("Backend"))
    assert mallory.value.refusal.because is Because.UNKNOWN_NODE


async def test_a_department_shows_its_teams_and_counts_their_calls(busy: Company) -> None:
    sheet = await overview(busy, by="erin", of="Engineering")
    assert (sheet.budget, sheet.pool, sheet.used.credits) == (900_000, None, 1_000)
    assert sheet.below == (
        PlaceBelow(busy.node("Backend"), "team", "Backend", 70_000, 300_000, 3),
        PlaceBelow(busy.node("Platform"), "team", "Platform", 0, 0, 1),
    )
    assert (await overview(busy, by="grace", of="Acme")).used.credits == 1_000
    assert (await overview(busy, by="grace", of="Platform")).used.credits == 0


async def test_a_project_is_no_team(company: Company) -> None:
    with pytest.raises(Refused) as refused:
        await overview(company, by="grace", of="Apollo")
    assert refused.value.refusal.because is Because.WRONG_PARENT


async def test_it_reads_well(busy: Company) -> None:
    talk = Talk(busy)
    reply = await talk.says("alice", "team")
    assert reply.in_words() == (
        "Backend: 1,000 tokens used since Sun 1 Mar 2026.\n"
        "Budget: 70,000 tokens to give\n"
        "Quota: 500,000 tokens monthly, next Wed 1 Apr 2026\n"
        "Used: 1 call, less than $0.01\n"
        "Pool: 300,000 tokens\n"
        "With people: 14,000 tokens\n"
        "@alice · boost until Mon 2 Mar 2026, 13:00 (Europe/Berlin)\n"
        "@bob · OOO until Mon 9 Mar 2026 → pool 80 %, budget 20 %\n"
        "@carol (lead) · active\n"
        "@ci-bot (service) · active"
    )
    lead = await talk.says("carol", "please show me team Backend, thanks")
    assert lead.table is not None
    assert lead.table.rows[2] == ("@carol (lead)", "active", "0", "0")


async def test_a_manager_looks_into_the_teams_below(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    reply = await talk.says("erin", "team")
    assert reply.lines == ("At home there: @erin (lead).",)
    assert [action.label for action in reply.actions] == ["Show Backend", "Show Platform"]
    assert (await talk.presses("erin", reply.actions[1])).title == "Platform: 0 tokens used since Sun 1 Mar 2026."
    assert (await talk.says("erin", "team field")).code == "not_allowed"


async def test_a_name_that_is_nearly_right_is_offered(sqlite_company: Company) -> None:
    reply = await Talk(sqlite_company).says("alice", "team bakend")
    assert reply.code == "unknown_node"
    assert reply.lines[-1] == "Did you mean Backend? Check the spelling."


async def test_of_two_places_of_one_name_the_id_is_asked(sqlite_company: Company) -> None:
    await sqlite_company.team("backend", under="Sales")
    reply = await Talk(sqlite_company).says("grace", "team backend")
    assert reply.title == "2 places are called Backend: which one?"
    assert f"The team backend: {sqlite_company.node('backend')}" in reply.lines
