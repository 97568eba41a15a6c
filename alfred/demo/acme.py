"""Who and what the demo consists of; only data.

Acme (Europe/Berlin)      grace super_admin · frank finance_admin
  Engineering             erin dept_manager
    Backend               carol team_lead · alice · bob        project Apollo: alice, bob, carol
    Platform              dan team_lead · judy (junior)
  Marketing               nina dept_manager
    Content               oscar
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.access.matrix import Role
from core.directory.create_user import BaseRole, Seniority

NAME: Final = "Acme"
TIME_ZONE: Final = "Europe/Berlin"
CREDITS_PER_USD: Final = "200000"
HERO: Final = "alice"
"""Whose key the screen prints."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A department, team or project, and what it is given each month; `pool` is for a team's pool."""

    name: str
    parent: str
    monthly: str
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person: where they work, what they are given each month, and how busy they are.

    `calls` on an ordinary day; `tokens` of a typical call; `models` they prefer, the favourite first.
    """

    handle: str
    name: str
    home: str
    monthly: str
    calls: int
    tokens: int
    models: tuple[str, ...]
    role: Role | None = None
    seniority: Seniority = Seniority.SENIOR
    base_role: BaseRole = BaseRole.DEVELOPER


ORGANIZATION_MONTHLY: Final = "20M"

DEPARTMENTS: Final = (Unit("Engineering", NAME, "11M"), Unit("Marketing", NAME, "5M"))
TEAMS: Final = (
    Unit("Backend", "Engineering", "5M", pool="1M"),
    Unit("Platform", "Engineering", "3M", pool="500k"),
    Unit("Content", "Marketing", "3M", pool="500k"),
)
PROJECT: Final = Unit("Apollo", "Backend", "600k")
PROJECT_MEMBERS: Final = ("alice", "bob", "carol")

_MINI, _LARGE, _SONNET, _HAIKU = "gpt-4o-mini", "gpt-4.1", "claude-sonnet-4-5", "claude-haiku-4-5"

PEOPLE: Final = (
    Colleague("grace", "Grace Hopper", NAME, "200k", 2, 900, (_LARGE,), Role.SUPER_ADMIN),
    Colleague("frank", "Frank Abara", NAME, "200k", 3, 800, (_MINI,), Role.FINANCE_ADMIN),
    Colleague("erin", "Erin Osei", "Engineering", "500k", 6, 1_600, (_SONNET, _MINI), Role.DEPT_MANAGER),
    Colleague("carol", "Carol Lindqvist", "Backend", "800k", 12, 1_900, (_SONNET, _LARGE), Role.TEAM_LEAD),
    Colleague("alice", "Alice Moreau", "Backend", "1M", 16, 1_500, (_LARGE, _MINI)),
    Colleague("bob", "Bob Tanaka", "Backend", "1M", 14, 2_000, (_SONNET, _MINI)),
    Colleague("dan", "Dan Kowalski", "Platform", "800k", 11, 1_700, (_MINI, _LARGE), Role.TEAM_LEAD),
    Colleague("judy", "Judy Nwosu", "Platform", "200k", 15, 1_200, (_HAIKU, _MINI), seniority=Seniority.JUNIOR),
    Colleague("nina", "Nina Petrova", "Marketing", "500k", 5, 1_400, (_MINI,), Role.DEPT_MANAGER),
    Colleague("oscar", "Oscar Silva", "Content", "700k", 12, 2_200, (_HAIKU, _SONNET)),
)

PROVIDERS: Final = {_MINI: "openai", _LARGE: "openai", _SONNET: "anthropic", _HAIKU: "anthropic"}

GIFTS: Final = (
    # Days ago, sender, recipient, credits, reason.
    (22, "alice", "bob", 40_000, "load tests before the release"),
    (16, "bob", "carol", 25_000, "reviewing the retriever"),
    (9, "dan", "judy", 30_000, "her first agent"),
    (6, "oscar", "nina", 50_000, "the launch pages"),
    (2, "carol", "alice", 20_000, "thanks for the on-call week"),
)
