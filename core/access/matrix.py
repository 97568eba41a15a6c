"""Who may do what: roles × permissions, as data."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """Held at a scope (a node), possibly for a time."""

    SUPER_ADMIN = "super_admin"
    FINANCE_ADMIN = "finance_admin"
    DEPT_MANAGER = "dept_manager"
    TEAM_LEAD = "team_lead"
    DEVELOPER = "developer"
    AUDITOR = "auditor"
    SERVICE_ACCOUNT = "service_account"


class Permission(StrEnum):
    """What commands and questions need in their place."""

    MANAGE_ORGANIZATION = "manage_organization"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PROJECTS = "manage_projects"
    ALLOCATE = "allocate"
    MANAGE_POOL = "manage_pool"
    DECIDE = "decide"
    ANSWER_REQUESTS = "answer_requests"
    OWN_DELEGATE = "own_delegate"
    SEND = "send"
    OWN_KEYS = "own_keys"
    REVOKE_KEYS = "revoke_keys"
    OWN_SETTINGS = "own_settings"
    SET_ABSENCE = "set_absence"
    USE_API = "use_api"
    BREAK_GLASS = "break_glass"
    SEE_USAGE = "see_usage"
    SEE_PERSONAL_DETAIL = "see_personal_detail"
    SEE_AUDIT = "see_audit"
    SEE_PEOPLE = "see_people"
    OPERATE = "operate"
    RUN_JOBS = "run_jobs"


class Reach(StrEnum):
    """How far a role's permission goes: everything below the scope where it is held, or the person's own affairs."""

    SCOPE = "scope"
    OWN = "own"


_SCOPE, _OWN = Reach.SCOPE, Reach.OWN
_ADMIN, _FINANCE, _MANAGER, _LEAD, _DEVELOPER, _AUDITOR, _SERVICE = Role

MATRIX: Final = MappingProxyType(
    {
        Permission.MANAGE_ORGANIZATION: {_ADMIN: _SCOPE},
        Permission.MANAGE_PEOPLE: {_ADMIN: _SCOPE, _MANAGER: _SCOPE},
        Permission.MANAGE_PROJECTS: {_ADMIN: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE},
        Permission.ALLOCATE: {_ADMIN: _SCOPE, _FINANCE: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE},
        Permission.MANAGE_POOL: {_ADMIN: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE},
        Permission.DECIDE: {_ADMIN: _SCOPE, _FINANCE: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE},
        # Who was asked is the request's own question: a delegate may have no role that decides.
        Permission.ANSWER_REQUESTS: {role: _OWN for role in Role if role is not _SERVICE},
        Permission.OWN_DELEGATE: {_ADMIN: _OWN, _MANAGER: _OWN, _LEAD: _OWN, _DEVELOPER: _OWN},
        Permission.SEND: {_ADMIN: _OWN, _MANAGER: _OWN, _LEAD: _OWN, _DEVELOPER: _OWN},
        Permission.OWN_KEYS: {role: _OWN for role in Role if role is not _AUDITOR},
        # Another's for who leads; one's own for whoever may have keys.
        Permission.REVOKE_KEYS: {role: _OWN for role in Role if role is not _AUDITOR}
        | {_ADMIN: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE},
        Permission.OWN_SETTINGS: {role: _OWN for role in Role if role is not _SERVICE},
        Permission.SET_ABSENCE: {_ADMIN: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE, _DEVELOPER: _OWN},
        Permission.USE_API: {role: _OWN for role in Role if role is not _AUDITOR},
        Permission.BREAK_GLASS: {_ADMIN: _SCOPE},
        Permission.SEE_USAGE: dict.fromkeys(Role, _OWN)
        | {_ADMIN: _SCOPE, _FINANCE: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE, _AUDITOR: _SCOPE},
        Permission.SEE_PERSONAL_DETAIL: dict.fromkeys(Role, _OWN)
        | {_ADMIN: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE, _AUDITOR: _SCOPE},
        Permission.SEE_AUDIT: dict.fromkeys(Role, _OWN)
        | {_ADMIN: _SCOPE, _FINANCE: _SCOPE, _MANAGER: _SCOPE, _LEAD: _SCOPE, _AUDITOR: _SCOPE},
        Permission.SEE_PEOPLE: dict.fromkeys(Role, _OWN),
        Permission.OPERATE: {},
        Permission.RUN_JOBS: {},
    }
)
"""Permission → role → reach. A role that does not stand there has no such permission."""

OPERATOR_MAY: Final = frozenset(Permission) - {Permission.RUN_JOBS, Permission.SEND, Permission.USE_API}
"""The operator opens the database itself: first admin, repairs; but spends and sends for nobody."""

SYSTEM_MAY: Final = frozenset({Permission.RUN_JOBS})
"""Jobs do what falls due, nothing else."""
