"""Granting and revoking roles: never to oneself, and never without anybody who runs the organization."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.access.matrix import Role
from core.directory.grant_role import GrantRole
from core.directory.move_user import MoveUser
from core.directory.revoke_role import RevokeRole
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refused
from tests.company import MONDAY, Company


def top(company: Company, who: str) -> dict[str, Any]:
    """The super admin's role over the whole organization."""
    return {"user_id": company.user(who), "role": Role.SUPER_ADMIN, "scope_id": company.id}


def lead(company: Company, who: str) -> dict[str, Any]:
    return {"user_id": company.user(who), "role": Role.TEAM_LEAD, "scope_id": company.node("Platform")}


async def test_only_a_super_admin_changes_roles(company: Company) -> None:
    for who in ("alice", "carol", "erin", "frank", "henry", "ci-bot"):
        refusal = await company.refused(GrantRole, by=who, **lead(company, "dan"))
        assert refusal.because is Because.NOT_ALLOWED
    granted = await company.run(GrantRole, by="grace", **lead(company, "dan"))
    assert (granted.role, granted.scope_id) == ("team_lead", company.node("Platform"))


async def test_nobody_grants_themselves_a_role(company: Company) -> None:
    fields = lead(company, "grace")
    assert (await company.refused(GrantRole, by="grace", **fields)).because is Because.OWN_GAIN


async def test_a_super_admin_of_a_department_grants_nothing_outside_it(company: Company) -> None:
    sales: dict[str, Any] = {
        "user_id": company.user("dan"),
        "role": Role.SUPER_ADMIN,
        "scope_id": company.node("Sales"),
    }
    await company.run(GrantRole, by="grace", **sales)
    assert (await company.refused(GrantRole, by="dan", **lead(company, "alice"))).because is Because.NOT_ALLOWED
    field: dict[str, Any] = {
        "user_id": company.user("alice"),
        "role": Role.TEAM_LEAD,
        "scope_id": company.node("Field"),
    }
    await company.run(GrantRole, by="dan", **field)
    assert (await company.refused(GrantRole, by="dan", **top(company, "alice"))).because is Because.NOT_ALLOWED


async def test_the_last_super_admin_stays(company: Company) -> None:
    for by in ("grace", "operator"):
        refusal = await company.refused(RevokeRole, by=by, **top(company, "grace"))
        assert refusal.because is Because.LAST_SUPER_ADMIN
        refusal = await company.refused(DeactivateUser, by=by, user_id=company.user("grace"))
        assert refusal.because is Because.LAST_SUPER_ADMIN
    limited = top(company, "grace") | {"ends_at": MONDAY + timedelta(days=365)}
    assert (await company.refused(GrantRole, by="operator", **limited)).because is Because.LAST_SUPER_ADMIN


async def test_a_second_super_admin_lets_the_first_one_go(company: Company) -> None:
    await company.run(GrantRole, by="grace", **top(company, "frank"))
    await company.run(RevokeRole, by="grace", **top(company, "grace"))
    assert (await company.refused(RevokeRole, by="frank", **top(company, "frank"))).because is Because.LAST_SUPER_ADMIN


async def test_a_super_admin_for_a_time_is_no_successor(company: Company) -> None:
    acting = top(company, "frank") | {"ends_at": MONDAY + timedelta(days=7)}
    await company.run(GrantRole, by="grace", **acting)
    refusal = await company.refused(RevokeRole, by="grace", **top(company, "grace"))
    assert refusal.because is Because.LAST_SUPER_ADMIN


async def test_two_super_admins_who_revoke_each_other_at_once_leave_one(company: Company) -> None:
    await company.run(GrantRole, by="grace", **top(company, "frank"))
    outcomes = await asyncio.gather(
        company.run(RevokeRole, by="grace", **top(company, "frank")),
        company.run(RevokeRole, by="frank", **top(company, "grace")),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 1
    # Whoever came second had lost the right, or was the last.
    assert refused[0].refusal.because in {Because.LAST_SUPER_ADMIN, Because.NOT_ALLOWED}


async def test_a_role_that_is_not_held_cannot_be_revoked(company: Company) -> None:
    refusal = await company.refused(RevokeRole, by="grace", **lead(company, "dan"))
    assert refusal.because is Because.UNKNOWN_ROLE
    await company.run(GrantRole, by="grace", **lead(company, "dan"))
    await company.run(RevokeRole, by="grace", **lead(company, "dan"))
    assert (await company.refused(RevokeRole, by="grace", **lead(company, "dan"))).because is Because.UNKNOWN_ROLE


async def test_granting_again_replaces_the_time(company: Company) -> None:
    await company.run(GrantRole, by="grace", **lead(company, "dan"), ends_at=MONDAY + timedelta(days=1))
    await company.run(GrantRole, by="grace", **lead(company, "dan"))
    company.clock.advance(days=2)
    await company.run(RevokeRole, by="grace", **lead(company, "dan"))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(None, timedelta(0)), (None, timedelta(days=-1)), (timedelta(days=2), timedelta(days=2))],
)
async def test_a_role_has_a_length(company: Company, starts: timedelta | None, ends: timedelta) -> None:
    starts_at = None if starts is None else MONDAY + starts
    window: dict[str, Any] = {"starts_at": starts_at, "ends_at": MONDAY + ends}
    refusal = await company.refused(GrantRole, by="grace", **lead(company, "dan"), **window)
    assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, "ends_at")


async def test_people_and_service_accounts_have_different_roles(company: Company) -> None:
    for who, role in (("ci-bot", Role.TEAM_LEAD), ("dan", Role.SERVICE_ACCOUNT)):
        fields: dict[str, Any] = {"user_id": company.user(who), "role": role, "scope_id": company.node("Backend")}
        assert (await company.refused(GrantRole, by="grace", **fields)).facts["field"] == "role"


async def test_a_role_is_held_at_a_team_or_above(company: Company) -> None:
    fields = lead(company, "dan") | {"scope_id": company.node("Apollo")}
    assert (await company.refused(GrantRole, by="grace", **fields)).because is Because.WRONG_PARENT


async def test_moving_away_ends_the_roles_of_the_old_team_only(company: Company) -> None:
    carol = company.user("carol")
    engineering: dict[str, Any] = {"role": Role.DEPT_MANAGER, "scope_id": company.node("Engineering")}
    await company.run(GrantRole, by="grace", user_id=carol, **engineering)
    moved = await company.run(MoveUser, by="erin", user_id=carol, home_id=company.node("Platform"))
    assert [(role.role, role.scope_id) for role in moved.ended_roles] == [("team_lead", company.node("Backend"))]
    await company.run(RevokeRole, by="grace", user_id=carol, **engineering)
