"""Attempts to change people, places, roles, keys and absences, and to look at them."""

from __future__ import annotations

from typing import Final

from core.access.matrix import Role
from core.directory.apply_policy import ApplyPolicy
from core.directory.archive_node import ArchiveNode
from core.directory.change_node import ChangeNode
from core.directory.change_organization import ChangeOrganization
from core.directory.change_user import ChangeUser
from core.directory.create_key import CreateKey
from core.directory.create_node import CreateNode
from core.directory.create_organization import CreateOrganization
from core.directory.create_service_key import CreateServiceKey
from core.directory.create_user import CreateUser, Seniority
from core.directory.erase_person import ErasePerson
from core.directory.explain_policy import ExplainPolicy
from core.directory.find_node import FindNode
from core.directory.find_user import FindUser
from core.directory.grant_role import GrantRole
from core.directory.install_workspace import InstallWorkspace, SealedTokens
from core.directory.join_project import JoinProject
from core.directory.leave_project import LeaveProject
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.list_keys import ListKeys
from core.directory.list_users import ListUsers
from core.directory.make_link_code import MakeLinkCode
from core.directory.move_node import MoveNode
from core.directory.move_user import MoveUser
from core.directory.platforms import Platform
from core.directory.read_units import ReadUnits
from core.directory.revoke_key import RevokeKey
from core.directory.revoke_role import RevokeRole
from core.directory.show_policies import ShowPolicies
from core.directory.show_tree import Tree
from core.directory.tree import NodeKind
from core.leaving.deactivate_user import DeactivateUser
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.preview_absence import PreviewAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.show_absences import ShowAbsences
from core.refusals import Because
from tests.rights.attempts import HERE, NODES, TEAMS, TOP, Attempt, Target, a_key
from tests.rights.places import OWN

POLICY: Final = "transfer_policy:\n  limits:\n    max_per_user_per_day: 5000\n"


def _role(at: Target, role: Role) -> dict[str, object]:
    return {"user_id": at.user, "role": role, "scope_id": at.node}


def _held(at: Target) -> dict[str, object]:
    own = at.spot is OWN
    role, scope = (at.role, at.held_at) if own else (Role.DEVELOPER, at.company.id)
    return {"user_id": at.user, "role": role, "scope_id": scope}


def _span(at: Target) -> dict[str, object]:
    return {"user_id": at.user, "starts_at": at.days(100), "ends_at": at.days(101)}


PEOPLE: Final = {
    "CreateUser": Attempt(CreateUser, lambda at: {"handle": "new", "name": "New", "home_id": at.node}, NODES),
    "ChangeUser's name": Attempt(ChangeUser, lambda at: {"user_id": at.user, "name": "Other"}),
    "ChangeUser's seniority": Attempt(
        ChangeUser,
        lambda at: {"user_id": at.user, "seniority": Seniority.SENIOR if at.spot is OWN else Seniority.JUNIOR},
    ),
    "ChangeUser's address": Attempt(ChangeUser, lambda at: {"user_id": at.user, "email": "new@acme.example"}),
    "MoveUser": Attempt(MoveUser, lambda at: {"user_id": at.user, "home_id": at.other_team}),
    "DeactivateUser": Attempt(DeactivateUser, lambda at: {"user_id": at.user}),
    "ErasePerson": Attempt(ErasePerson, lambda at: {"user_id": at.user}, besides=frozenset({Because.STILL_ACTIVE})),
    "GrantRole": Attempt(GrantRole, lambda at: _role(at, Role.TEAM_LEAD)),
    "RevokeRole": Attempt(RevokeRole, _held),
    "LinkIdentity": Attempt(
        LinkIdentity,
        lambda at: {
            "user_id": at.user,
            "platform": Platform.SLACK,
            "workspace_id": "T1" if at.company.name == "Acme" else "T2",
            "external_id": "U1",
        },
    ),
    "FindUser": Attempt(FindUser, lambda _: {"text": "bob"}, HERE),
    "ListUsers": Attempt(ListUsers, lambda _: {}, HERE),
}

PLACES: Final = {
    "CreateNode, a project": Attempt(
        CreateNode, lambda at: {"kind": NodeKind.PROJECT, "name": "New", "parent_id": at.node}, TEAMS
    ),
    "CreateNode, a team": Attempt(
        CreateNode,
        lambda at: {"kind": NodeKind.TEAM, "name": "New", "parent_id": at.node},
        frozenset({"department", "organization"}),
    ),
    "ChangeNode, a project": Attempt(ChangeNode, lambda at: {"node_id": at.project, "name": "New"}, TEAMS),
    "ChangeNode, a place": Attempt(ChangeNode, lambda at: {"node_id": at.node, "name": "New"}, NODES - TOP),
    "MoveNode, a project": Attempt(MoveNode, lambda at: {"node_id": at.project, "parent_id": at.other_team}, TEAMS),
    "MoveNode, a team": Attempt(MoveNode, lambda at: {"node_id": at.node, "parent_id": at.company.id}, TEAMS),
    "ArchiveNode, a project": Attempt(ArchiveNode, lambda at: {"node_id": at.project}, TEAMS),
    "ArchiveNode, a team": Attempt(
        ArchiveNode, lambda at: {"node_id": at.node}, TEAMS, besides=frozenset({Because.NOT_EMPTY})
    ),
    "JoinProject": Attempt(JoinProject, lambda at: {"project_id": at.project, "user_id": at.user}, TEAMS),
    "LeaveProject": Attempt(LeaveProject, lambda at: {"project_id": at.project, "user_id": at.bob}, TEAMS),
    "FindNode": Attempt(FindNode, lambda at: {"text": at.spot.node}, HERE),
    "Tree": Attempt(Tree, lambda _: {}, HERE),
}

ORGANIZATION: Final = {
    "CreateOrganization": Attempt(CreateOrganization, lambda _: {"name": "New", "time_zone": "UTC"}, TOP),
    "ChangeOrganization": Attempt(ChangeOrganization, lambda _: {"name": "New"}, TOP),
    "LinkWorkspace": Attempt(LinkWorkspace, lambda _: {"platform": Platform.SLACK, "workspace_id": "T3"}, TOP),
    "InstallWorkspace": Attempt(
        InstallWorkspace,
        lambda at: {
            "platform": Platform.SLACK,
            "workspace_id": "T4",
            "name": "New",
            "is_org_wide": False,
            "bot_user_id": None,
            "scopes": (),
            "tokens": SealedTokens("sealed", None, None),
            "installed_at": at.now,
        },
        TOP,
    ),
    "ApplyPolicy": Attempt(ApplyPolicy, lambda at: {"scope_id": at.node, "text": POLICY}, NODES),
    "ShowPolicies": Attempt(ShowPolicies, lambda at: {"scope_id": at.node}, NODES),
    "ExplainPolicy": Attempt(ExplainPolicy, lambda at: {"user_id": at.user}),
    "ReadUnits": Attempt(ReadUnits, lambda _: {}, HERE),
}

KEYS: Final = {
    "CreateKey": Attempt(CreateKey, lambda at: a_key(at.user)),
    "CreateServiceKey": Attempt(CreateServiceKey, lambda at: a_key(at.bot), NODES),
    "MakeLinkCode": Attempt(MakeLinkCode, lambda at: {"user_id": at.user, "digest": "0" * 64}),
    "ListKeys": Attempt(ListKeys, lambda at: {"user_id": at.user}),
    "RevokeKey": Attempt(RevokeKey, lambda at: {"key_id": at.things.key}),
}

ABSENCES: Final = {
    "SetOutOfOffice": Attempt(SetOutOfOffice, _span),
    "PreviewAbsence": Attempt(PreviewAbsence, _span),
    "ShowAbsences": Attempt(ShowAbsences, lambda at: {"user_id": at.user}),
    "ExtendAbsence": Attempt(ExtendAbsence, lambda at: {"absence_id": at.things.absence, "ends_at": at.days(50)}),
    "CorrectAbsence": Attempt(
        CorrectAbsence,
        lambda at: {"absence_id": at.things.absence, "starts_at": at.days(31), "ends_at": at.days(39)},
    ),
    "CancelAbsence": Attempt(CancelAbsence, lambda at: {"absence_id": at.things.absence}),
    "ReturnEarly": Attempt(
        ReturnEarly, lambda at: {"absence_id": at.things.absence}, besides=frozenset({Because.NOT_AWAY_YET})
    ),
}
