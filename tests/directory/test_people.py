"""People: who may join, change, move and leave, and what happens to what they have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.access.matrix import Role
from core.directory.change_user import ChangeUser
from core.directory.create_user import BaseRole, CreateUser, Seniority
from core.directory.grant_role import GrantRole
from core.directory.join_project import JoinProject
from core.directory.leave_project import LeaveProject
from core.directory.list_keys import ListKeys
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import open_account
from core.refusals import Because, Refused
from core.storage.tables import audit_events, audit_texts, project_members
from tests.company import MONDAY, Company
from tests.directory.making_keys import make_key


def zoe(company: Company, **fields: str) -> dict[str, Any]:
    """A new colleague in Backend."""
    return {"handle": "zoe", "name": "Zoe Ünal", "home_id": company.node("Backend")} | fields


async def test_a_manager_hires_into_the_department_and_nowhere_else(company: Company) -> None:
    hired = await company.run(CreateUser, by="erin", **zoe(company))
    assert (hired.handle, hired.home_id) == ("zoe", company.node("Backend"))
    elsewhere = zoe(company, handle="zac", home_id=company.node("Field"))
    assert (await company.refused(CreateUser, by="erin", **elsewhere)).because is Because.NOT_ALLOWED
    assert (await company.refused(CreateUser, by="carol", **zoe(company))).because is Because.NOT_ALLOWED


async def test_a_new_person_may_do_what_a_developer_may_from_the_first_day(company: Company) -> None:
    company.users["zoe"] = (await company.run(CreateUser, by="erin", **zoe(company))).user_id
    await make_key(company, "zoe")
    assert await company.balances() == {}


async def test_names_that_could_mislead_are_refused(company: Company) -> None:
    for field, text in (("handle", "Zoe"), ("name", "Zoe\u202eevil"), ("email", "zoe@acme")):
        refusal = await company.refused(CreateUser, by="grace", **(zoe(company) | {field: text}))
        assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, field)


async def test_handles_and_addresses_are_unique_even_after_somebody_left(company: Company) -> None:
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    taken = await company.refused(CreateUser, by="grace", **zoe(company, handle="bob"))
    assert (taken.because, taken.facts["field"]) == (Because.NAME_TAKEN, "handle")
    taken = await company.refused(CreateUser, by="grace", **zoe(company, email="BOB@acme.example"))
    assert (taken.because, taken.facts["field"]) == (Because.NAME_TAKEN, "email")


async def test_nobody_lives_in_a_project(company: Company) -> None:
    refusal = await company.refused(CreateUser, by="grace", **zoe(company, home_id=company.node("Apollo")))
    assert refusal.because is Because.WRONG_PARENT


async def test_names_lie_beside_the_event_and_never_in_it(company: Company) -> None:
    await company.run(CreateUser, by="erin", **zoe(company, email="zoe@acme.example"))
    async with company.database.snapshot() as connection:
        events = (await connection.execute(select(audit_events).where(audit_events.c.at == MONDAY))).mappings().all()
        texts = (await connection.execute(select(audit_texts.c.field, audit_texts.c.text))).all()
    assert "Zoe" not in repr(events)
    assert "zoe" not in repr(events)
    assert {("name", "Zoe Ünal"), ("handle", "zoe"), ("email", "zoe@acme.example")} <= {tuple(row) for row in texts}


async def test_a_manager_changes_names_but_only_a_super_admin_changes_addresses(company: Company) -> None:
    alice = company.user("alice")
    changed = await company.run(ChangeUser, by="erin", user_id=alice, name="Alice Ng", handle="alice.ng")
    assert (changed.handle, changed.changed) == ("alice.ng", ("handle", "name"))
    refusal = await company.refused(ChangeUser, by="erin", user_id=alice, email="erin2@acme.example")
    assert refusal.because is Because.NOT_ALLOWED
    await company.run(ChangeUser, by="grace", user_id=alice, email="alice.ng@acme.example")
    unchanged = await company.run(ChangeUser, by="erin", user_id=alice, name="Alice Ng")
    assert unchanged.changed == ()


async def test_nobody_makes_themselves_a_junior_or_senior(company: Company) -> None:
    own = await company.refused(ChangeUser, by="erin", user_id=company.user("erin"), seniority=Seniority.JUNIOR)
    assert own.because is Because.OWN_GAIN
    await company.run(ChangeUser, by="grace", user_id=company.user("erin"), seniority=Seniority.JUNIOR)


async def test_a_move_takes_the_credits_along(company: Company) -> None:
    await company.fund("alice", 20_000)
    await company.run(MoveUser, by="erin", user_id=company.user("alice"), home_id=company.node("Platform"))
    assert await company.balances() == {"alice": 20_000}


async def test_who_moves_somebody_manages_both_ends_and_is_somebody_else(company: Company) -> None:
    alice = company.user("alice")
    abroad: dict[str, Any] = {"user_id": alice, "home_id": company.node("Field")}
    assert (await company.refused(MoveUser, by="erin", **abroad)).because is Because.NOT_ALLOWED
    own: dict[str, Any] = {"user_id": company.user("erin"), "home_id": company.node("Backend")}
    assert (await company.refused(MoveUser, by="erin", **own)).because is Because.OWN_GAIN
    await company.run(MoveUser, by="grace", **abroad)


async def test_projects_are_joined_by_a_leads_decision_not_ones_own(company: Company) -> None:
    dan: dict[str, Any] = {"project_id": company.node("Apollo"), "user_id": company.user("dan")}
    assert (await company.refused(JoinProject, by="dan", **dan)).because is Because.NOT_ALLOWED
    assert not (await company.run(JoinProject, by="carol", **dan)).was_member
    assert (await company.run(JoinProject, by="carol", **dan)).was_member
    own: dict[str, Any] = {"project_id": company.node("Apollo"), "user_id": company.user("carol")}
    assert (await company.refused(JoinProject, by="carol", **own)).because is Because.OWN_GAIN
    assert (await company.run(LeaveProject, by="carol", **dan)).was_member
    team: dict[str, Any] = {"project_id": company.node("Backend"), "user_id": company.user("dan")}
    assert (await company.refused(JoinProject, by="carol", **team)).because is Because.BAD_VALUE
    async with company.database.snapshot() as connection:
        members = (await connection.execute(select(project_members.c.user_id))).scalars().all()
    assert sorted(members) == sorted([company.user("alice"), company.user("bob")])


async def test_who_leaves_gives_back_what_they_have_to_their_team(company: Company) -> None:
    await company.fund("alice", 20_000)
    await company.fund("bob", 300)
    await make_key(company, "alice")
    left = await company.run(DeactivateUser, by="erin", user_id=company.user("alice"))
    assert (left.credits, left.keys_revoked, left.to_id) == (20_000, 1, company.node("Backend"))
    assert await company.balances() == {"Backend": 20_000, "bob": 300}
    keys = await company.ask(ListKeys, by="erin", user_id=company.user("alice"))
    assert [key.revoked_at for key in keys] == [MONDAY]


@pytest.mark.parametrize(("who", "heir"), [("erin", "Engineering"), ("frank", "Acme")])
async def test_without_a_team_credits_go_to_the_department_or_organization(
    company: Company, who: str, heir: str
) -> None:
    await company.fund(who, 500)
    await company.run(DeactivateUser, by="grace", user_id=company.user(who))
    assert await company.balances() == {heir: 500}


async def test_a_boost_ends_with_its_person(company: Company) -> None:
    async with company.transaction(by="operator") as tx:
        boost = await open_account(tx, Kind.BOOST, owner_id="ovr_1", belongs_to=company.user("alice"))
    assert boost == account_id(Kind.BOOST, "ovr_1")
    await company.fund_account(boost, 40)
    await company.fund("alice", 2)
    await company.run(DeactivateUser, by="erin", user_id=company.user("alice"))
    assert await company.balances() == {"Backend": 42}


async def test_who_has_left_can_do_nothing_and_gets_nothing(company: Company) -> None:
    alice = company.user("alice")
    await company.run(DeactivateUser, by="erin", user_id=alice)
    with pytest.raises(Refused) as refused:
        await make_key(company, "alice")
    assert refused.value.refusal.because is Because.INACTIVE_USER
    grant: dict[str, Any] = {"user_id": alice, "role": Role.TEAM_LEAD, "scope_id": company.node("Backend")}
    assert (await company.refused(GrantRole, by="grace", **grant)).because is Because.INACTIVE_USER
    again = await company.refused(DeactivateUser, by="erin", user_id=alice)
    assert again.because is Because.INACTIVE_USER


async def test_leaving_twice_under_one_id_happens_once(company: Company) -> None:
    await company.fund("alice", 20_000)
    fields: dict[str, Any] = {"id": "bye", "user_id": company.user("alice")}
    first = await company.run(DeactivateUser, by="erin", **fields)
    company.clock.advance(days=1)
    assert await company.run(DeactivateUser, by="erin", **fields) == first
    assert await company.balances() == {"Backend": 20_000}


async def test_a_service_account_is_hired_like_a_person(company: Company) -> None:
    fields = zoe(company, handle="nightly") | {"base_role": BaseRole.SERVICE_ACCOUNT}
    company.users["nightly"] = (await company.run(CreateUser, by="erin", **fields)).user_id
    await make_key(company, "nightly", by="erin", expires_at=MONDAY + timedelta(days=90))
