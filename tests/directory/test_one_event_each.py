"""Every deed of the directory leaves exactly one audit event, and none of them is forgotten here."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select

import core.directory
from core.access.matrix import Permission, Role
from core.directory.apply_policy import ApplyPolicy
from core.directory.archive_node import ArchiveNode
from core.directory.change_node import ChangeNode
from core.directory.change_organization import ChangeOrganization
from core.directory.change_user import ChangeUser
from core.directory.create_key import CreateKey
from core.directory.create_node import CreateNode
from core.directory.create_organization import CreateOrganization
from core.directory.create_service_key import CreateServiceKey
from core.directory.create_user import CreateUser
from core.directory.erase_person import ErasePerson
from core.directory.grant_role import GrantRole
from core.directory.install_workspace import InstallWorkspace, SealedTokens
from core.directory.join_project import JoinProject
from core.directory.leave_project import LeaveProject
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.make_link_code import MakeLinkCode
from core.directory.move_node import MoveNode
from core.directory.move_user import MoveUser
from core.directory.platforms import Platform
from core.directory.redeem_link_code import RedeemLinkCode
from core.directory.remove_workspace import RemoveWorkspace
from core.directory.revoke_key import RevokeKey
from core.directory.revoke_role import RevokeRole
from core.directory.tree import NodeKind
from core.leaving.deactivate_user import DeactivateUser
from core.storage.audit_types import Happened
from core.storage.tables import audit_events
from tests.company import MONDAY, Company
from tests.directory.making_keys import PEPPER, make_key, secret

Deed = tuple[type[Any], str, dict[str, Any], Happened]

SLACK: Final = {"platform": Platform.SLACK, "workspace_id": "T1"}
CODE: Final = {"digest": "a" * 64}


def deeds(company: Company, *, key_id: str) -> Iterator[Deed]:
    """One of each, in an order in which all of them can be done."""
    user, node = company.user, company.node
    key: dict[str, Any] = {"name": "k", "hint": secret(2).hint}
    role: dict[str, Any] = {"user_id": user("dan"), "role": Role.TEAM_LEAD, "scope_id": node("Platform")}
    dan_in_apollo = {"project_id": node("Apollo"), "user_id": user("dan")}
    hire = {"handle": "zoe", "name": "Zoe", "home_id": node("Field")}
    team = {"kind": NodeKind.TEAM, "name": "Data", "parent_id": node("Sales")}
    service = {"user_id": user("ci-bot"), "digest": secret(3).digest(PEPPER), **key}
    own = {"user_id": user("bob"), "digest": secret(2).digest(PEPPER), **key}
    new = {"organization_id": "org_new", "name": "New", "time_zone": "UTC"}
    yield CreateOrganization, "operator", new, Happened.ORGANIZATION_CREATED
    yield ChangeOrganization, "grace", {"name": "Acme 2"}, Happened.ORGANIZATION_CHANGED
    policy = {"scope_id": company.id, "text": "pool_policy: {}"}
    yield ApplyPolicy, "grace", policy, Happened.POLICY_APPLIED
    yield CreateNode, "grace", team, Happened.NODE_CREATED
    yield ChangeNode, "grace", {"node_id": node("Field"), "name": "Road"}, Happened.NODE_CHANGED
    yield MoveNode, "grace", {"node_id": node("Field"), "parent_id": company.id}, Happened.NODE_MOVED
    yield CreateUser, "grace", hire, Happened.USER_CREATED
    yield ChangeUser, "erin", {"user_id": user("bob"), "name": "Rob"}, Happened.USER_CHANGED
    yield JoinProject, "carol", dan_in_apollo, Happened.PROJECT_JOINED
    yield LeaveProject, "carol", dan_in_apollo, Happened.PROJECT_LEFT
    yield ArchiveNode, "carol", {"node_id": node("Apollo")}, Happened.NODE_ARCHIVED
    yield GrantRole, "grace", role, Happened.ROLE_GRANTED
    yield RevokeRole, "grace", role, Happened.ROLE_REVOKED
    yield from chat_deeds(company)
    yield CreateKey, "bob", own, Happened.KEY_CREATED
    yield CreateServiceKey, "erin", service, Happened.KEY_CREATED
    yield RevokeKey, "carol", {"key_id": key_id}, Happened.KEY_REVOKED
    yield MoveUser, "erin", {"user_id": user("dan"), "home_id": node("Backend")}, Happened.USER_MOVED
    yield DeactivateUser, "erin", {"user_id": user("alice")}, Happened.USER_DEACTIVATED
    yield ErasePerson, "grace", {"user_id": user("alice")}, Happened.USER_ERASED


def chat_deeds(company: Company) -> Iterator[Deed]:
    """Those about workspaces and accounts in them."""
    link = {"user_id": company.user("alice"), "external_id": "U1", **SLACK}
    install: dict[str, Any] = {"name": "Acme HQ", "is_org_wide": False, "bot_user_id": None, "scopes": (), **SLACK} | {
        "tokens": SealedTokens("sealed", None, None),
        "installed_at": MONDAY,
    }
    gone = {"happened_at": MONDAY, **SLACK}
    yield LinkWorkspace, "grace", SLACK, Happened.WORKSPACE_LINKED
    yield LinkIdentity, "alice", link, Happened.IDENTITY_LINKED
    yield MakeLinkCode, "bob", {"user_id": company.user("bob"), **CODE}, Happened.LINK_CODE_MADE
    yield RedeemLinkCode, "system", {"external_id": "U2", **CODE, **SLACK}, Happened.IDENTITY_LINKED
    yield InstallWorkspace, "grace", install, Happened.WORKSPACE_INSTALLED
    yield RemoveWorkspace, "system", gone, Happened.WORKSPACE_REMOVED


async def event_types(company: Company) -> list[str]:
    async with company.database.snapshot() as connection:
        return list((await connection.execute(select(audit_events.c.type).order_by(audit_events.c.id))).scalars())


async def test_every_deed_leaves_one_event_of_its_type(company: Company) -> None:
    key = await make_key(company, "alice")
    known = await event_types(company)
    for command, who, fields, happened in deeds(company, key_id=key.key_id):
        company.clock.advance(seconds=1)
        await company.run(command, by=who, **fields)
        known.append(happened.value)
        assert await event_types(company) == known


def commands_of_the_directory() -> set[type[Any]]:
    """Every class of the package that has `needs` and `execute`."""
    modules = [
        importlib.import_module(f"core.directory.{found.name}")
        for found in pkgutil.iter_modules(core.directory.__path__)
    ]
    classes = [item for module in modules for _, item in inspect.getmembers(module, inspect.isclass)]
    return {item for item in classes if hasattr(item, "execute") and item.__module__.startswith("core.directory")}


async def test_no_deed_is_missing_above(company: Company) -> None:
    assert {deed[0] for deed in deeds(company, key_id="")} == commands_of_the_directory() | {DeactivateUser}


def test_every_deed_says_which_permission_it_needs() -> None:
    assert all(command.needs in set(Permission) for command in commands_of_the_directory())
