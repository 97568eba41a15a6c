"""What people may send each other. Field names are those of the policy documents; amounts are credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLimits:
    """Per transfer, and per person and day in the organization's time zone."""

    min_transfer: int = 1_000
    max_transfer: int = 100_000
    max_per_user_per_day: int = 500_000
    max_receive_per_user_per_day: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequired:
    """From when on, by which roles and within how many hours a transfer must be approved."""

    threshold: int = 100_000
    approvers: tuple[str, ...] = ("team_lead", "dept_manager")
    sla_hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRestrictions:
    """Who may send, and whether credits may come back in a circle. Nobody can send to themselves in any case."""

    block_circular: bool = True
    allowed_roles: tuple[str, ...] = ("developer", "team_lead", "dept_manager", "super_admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPolicy:
    """The built-in policy, where no document says otherwise."""

    enabled: bool = True
    limits: TransferLimits = TransferLimits()
    approval_required: ApprovalRequired = ApprovalRequired()
    restrictions: TransferRestrictions = TransferRestrictions()

    @property
    def most_without_approval(self) -> int:
        """The largest total that needs nobody's yes: the lower of the two figures that bound it."""
        return min(self.limits.max_transfer, self.approval_required.threshold)


TRANSFER_DEFAULTS: Final = TransferPolicy()
