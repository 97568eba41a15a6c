"""What the outbox hears about the rules that people live under, and about who they are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApplied:
    """A new version of a policy document counts at an organization, department or team and below."""

    name: ClassVar[str] = "policy.applied"
    scope_id: str
    kind: str
    version: int
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLinked:
    """An account on a chat platform is somebody's from now on."""

    name: ClassVar[str] = "account.linked"
    user_id: str
    platform: str
