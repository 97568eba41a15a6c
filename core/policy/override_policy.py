"""Temporary boosts: who may grant how much, for how long. Field names are those of the policy documents."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from core.policy.fields import STRICT, Credits, Hours, MustBe, OneDecider, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTier:
    """Up to `limit` credits this role decides."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    limit: Credits
    approver: OneDecider


Tiers = Annotated[tuple[ApprovalTier, ...], Field(min_length=1, description="a list of limit and approver")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePolicy:
    """The built-in policy, where no document says otherwise. Above the last tier nobody can approve.

    The first tier that reaches the amount decides; with `all_tiers_must_agree` those below it say yes before.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    enabled: Switch = True
    max_duration_hours: Hours = 168
    requires_justification: Switch = True
    auto_expire: MustBe = True
    approval_tiers: Tiers = (
        ApprovalTier(limit=100_000, approver="team_lead"),
        ApprovalTier(limit=1_000_000, approver="dept_manager"),
        ApprovalTier(limit=10_000_000, approver="finance_admin"),
    )
    all_tiers_must_agree: Switch = False

    def __post_init__(self) -> None:
        """Raise ValueError when an amount would belong to two tiers, or a role would have to agree twice."""
        if any(lower.limit >= upper.limit for lower, upper in pairwise(self.approval_tiers)):
            raise ValueError("the limits of approval_tiers should rise")
        roles = [tier.approver for tier in self.approval_tiers]
        if self.all_tiers_must_agree and len(set(roles)) < len(roles):
            raise ValueError("where all tiers must agree approval_tiers should name each role once")


OVERRIDE_DEFAULTS: Final = OverridePolicy()
