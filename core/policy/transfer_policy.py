"""What people may send each other. Field names are those of the policy documents; amounts are credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from pydantic import ConfigDict

from core.policy.fields import STRICT, Credits, Deciders, Hours, MustBe, Senders, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLimits:
    """Per transfer, and per person and day in the organization's time zone."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    min_transfer: Credits = 1_000
    max_transfer: Credits = 100_000
    max_per_user_per_day: Credits = 500_000
    max_receive_per_user_per_day: Credits = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequired:
    """From when on, by which roles and within how many hours a transfer must be approved.

    One of the approvers decides; with `all_must_agree` one of each role must say yes, in the order of the list.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    threshold: Credits = 100_000
    approvers: Deciders = ("team_lead", "dept_manager")
    all_must_agree: Switch = False
    sla_hours: Hours = 24

    def __post_init__(self) -> None:
        """Raise ValueError when a role would have to agree twice."""
        if self.all_must_agree and len(set(self.approvers)) < len(self.approvers):
            raise ValueError("where all must agree approvers should name each role once")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRestrictions:
    """Who may send, and whether credits may come back in a circle. Nobody can send to themselves in any case."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    block_to_self: MustBe = True
    block_circular: Switch = True
    allowed_roles: Senders = ("developer", "team_lead", "dept_manager", "super_admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPolicy:
    """The built-in policy, where no document says otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    enabled: Switch = True
    limits: TransferLimits = TransferLimits()
    approval_required: ApprovalRequired = ApprovalRequired()
    restrictions: TransferRestrictions = TransferRestrictions()

    @property
    def most_without_approval(self) -> int:
        """The largest total that needs nobody's yes: the lower of the two figures that bound it."""
        return min(self.limits.max_transfer, self.approval_required.threshold)


TRANSFER_DEFAULTS: Final = TransferPolicy()
