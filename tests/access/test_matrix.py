"""Who may do what where: a table written by hand from the specification, compared with what the database decides."""

from __future__ import annotations

from typing import Final

import pytest

from core.access.check import require
from core.access.matrix import Permission, Role
from core.access.places import node_place, organization_place, user_place
from core.refusals import Because, Refused
from core.storage.transaction import Place, Transaction
from tests.company import Company, found_rival

NOBODY = ""
ALL = "own, team mate, own team, other team, department, other department, organization"
DEPARTMENT = "own, team mate, own team, other team, department"
TEAM = "own, team mate, own team"
OWN = "own"

HAND_WRITTEN: Final = """
permission          | super_admin | finance_admin | dept_manager | team_lead | developer | auditor | service_account
manage_organization | ALL         | NOBODY        | NOBODY       | NOBODY    | NOBODY    | NOBODY  | NOBODY
manage_people       | ALL         | NOBODY        | DEPARTMENT   | NOBODY    | NOBODY    | NOBODY  | NOBODY
manage_projects     | ALL         | NOBODY        | DEPARTMENT   | TEAM      | NOBODY    | NOBODY  | NOBODY
allocate            | ALL         | ALL           | DEPARTMENT   | TEAM      | NOBODY    | NOBODY  | NOBODY
manage_pool         | ALL         | NOBODY        | DEPARTMENT   | TEAM      | NOBODY    | NOBODY  | NOBODY
decide              | ALL         | ALL           | DEPARTMENT   | TEAM      | NOBODY    | NOBODY  | NOBODY
answer_requests     | OWN         | OWN           | OWN          | OWN       | OWN       | OWN     | NOBODY
own_delegate        | OWN         | NOBODY        | OWN          | OWN       | OWN       | NOBODY  | NOBODY
send                | OWN         | NOBODY        | OWN          | OWN       | OWN       | NOBODY  | NOBODY
own_keys            | OWN         | OWN           | OWN          | OWN       | OWN       | NOBODY  | OWN
revoke_keys         | ALL         | OWN           | DEPARTMENT   | TEAM      | OWN       | NOBODY  | OWN
own_settings        | OWN         | OWN           | OWN          | OWN       | OWN       | OWN     | NOBODY
set_absence         | ALL         | NOBODY        | DEPARTMENT   | TEAM      | OWN       | NOBODY  | NOBODY
use_api             | OWN         | OWN           | OWN          | OWN       | OWN       | NOBODY  | OWN
break_glass         | ALL         | NOBODY        | NOBODY       | NOBODY    | NOBODY    | NOBODY  | NOBODY
see_usage           | ALL         | ALL           | DEPARTMENT   | TEAM      | OWN       | ALL     | OWN
see_personal_detail | ALL         | OWN           | DEPARTMENT   | TEAM      | OWN       | ALL     | OWN
see_audit           | ALL         | ALL           | DEPARTMENT   | TEAM      | OWN       | ALL     | OWN
see_people          | OWN         | OWN           | OWN          | OWN       | OWN       | OWN     | OWN
operate             | NOBODY      | NOBODY        | NOBODY       | NOBODY    | NOBODY    | NOBODY  | NOBODY
run_jobs            | NOBODY      | NOBODY        | NOBODY       | NOBODY    | NOBODY    | NOBODY  | NOBODY
"""

WORDS: Final = {"ALL": ALL, "DEPARTMENT": DEPARTMENT, "TEAM": TEAM, "OWN": OWN, "NOBODY": NOBODY}


HELD: Final = {
    Role.SUPER_ADMIN: "Acme",
    Role.FINANCE_ADMIN: "Acme",
    Role.DEPT_MANAGER: "Engineering",
    Role.TEAM_LEAD: "Backend",
    Role.DEVELOPER: "Acme",
    Role.AUDITOR: "Acme",
    Role.SERVICE_ACCOUNT: "Backend",
}
"""Where each role is held; a developer's scope is wide on purpose: the role must not reach beyond its holder."""


def table() -> dict[tuple[Role, Permission], set[str]]:
    """The hand-written table as places per role and permission."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in HAND_WRITTEN.strip().splitlines()]
    return {
        (Role(role), Permission(line[0])): {place for place in WORDS[cell].split(", ") if place}
        for line in lines
        for role, cell in zip(head[1:], line[1:], strict=True)
    }


async def places_of(tx: Transaction, company: Company) -> dict[str, Place]:
    """The places, for somebody called `zoe` who is at home in Backend."""
    return {
        "own": await user_place(tx, company.user("zoe")),
        "team mate": await user_place(tx, company.user("alice")),
        "own team": await node_place(tx, company.node("Backend")),
        "other team": await user_place(tx, company.user("dan")),
        "department": await node_place(tx, company.node("Engineering")),
        "other department": await node_place(tx, company.node("Field")),
        "organization": organization_place(tx),
    }


async def decided(tx: Transaction, company: Company) -> dict[Permission, set[str]]:
    """What `require` lets this transaction's actor do, place by place."""
    places = await places_of(tx, company)
    return {
        permission: {name for name, place in places.items() if await is_allowed(tx, permission, place=place)}
        for permission in Permission
    }


async def is_allowed(tx: Transaction, permission: Permission, *, place: Place) -> bool:
    try:
        await require(tx, needs=permission, place=place)
    except Refused as refused:
        if refused.refusal.because is not Because.NOT_ALLOWED:
            raise
        return False
    return True


@pytest.mark.parametrize("role", list(Role))
async def test_the_database_decides_as_the_table_says(company: Company, role: Role) -> None:
    await company.hire_with(role, "zoe", home="Backend", at=HELD[role])
    wanted = {permission: places for (held, permission), places in table().items() if held is role}
    async with company.transaction(by="zoe") as tx:
        assert await decided(tx, company) == wanted


async def test_the_table_names_every_role_and_permission(company: Company) -> None:
    assert set(table()) == {(role, permission) for role in Role for permission in Permission}


async def test_a_permission_ends_at_the_organizations_border(company: Company) -> None:
    bolt = await found_rival(company)
    async with company.transaction(by="grace") as tx:
        for place in (Place((bolt.id,)), Place((bolt.id, bolt.node("Ops")), bolt.user("mallory"))):
            assert not [permission for permission in Permission if await is_allowed(tx, permission, place=place)]


async def test_another_organizations_people_and_nodes_are_simply_unknown(company: Company) -> None:
    bolt = await found_rival(company)
    async with bolt.transaction(by="mallory") as tx:
        with pytest.raises(Refused) as refused:
            await user_place(tx, company.user("alice"))
        assert refused.value.refusal.because is Because.UNKNOWN_USER
        with pytest.raises(Refused) as refused:
            await node_place(tx, company.node("Backend"))
        assert refused.value.refusal.because is Because.UNKNOWN_NODE


async def test_the_operator_repairs_but_neither_spends_nor_sends(company: Company) -> None:
    async with company.transaction(by="operator") as tx:
        place = await user_place(tx, company.user("alice"))
        denied = {permission for permission in Permission if not await is_allowed(tx, permission, place=place)}
    assert denied == {Permission.SEND, Permission.USE_API, Permission.RUN_JOBS}


async def test_jobs_do_what_falls_due_and_nothing_else(company: Company) -> None:
    async with company.transaction(by="system") as tx:
        allowed = {item for item in Permission if await is_allowed(tx, item, place=organization_place(tx))}
    assert allowed == {Permission.RUN_JOBS}
