"""What people and integrations hear of approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequested:
    """Somebody is to decide; `approvers` are the user ids who are asked now. Also sent when more are asked.

    `gainers` says how many people could spend more by a yes, `gainer_id` who, where it is one. `must_agree` people say
    yes one after the other, `agreed` have; `amount` is what is left of what was `asked` for.
    """

    name: ClassVar[str] = "approval.requested"
    approval_id: str
    subject: str
    subject_id: str
    requester_id: str
    gainer_id: str | None
    gainers: int
    amount: int
    reason: str
    approvers: tuple[str, ...]
    expires_at: datetime
    hours: int | None
    asked: int
    must_agree: int
    agreed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReminded:
    """Half the time has passed and nobody has decided; the fields are those of `approval.requested`."""

    name: ClassVar[str] = "approval.reminded"
    approval_id: str
    subject: str
    requester_id: str
    gainer_id: str | None
    gainers: int
    amount: int
    approvers: tuple[str, ...]
    expires_at: datetime
    hours: int | None
    asked: int
    must_agree: int
    agreed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAgreed:
    """Where several must say yes one after the other, one more of them has: `approvers` are asked now.

    `agreed` are all who have, of `must_agree`; `amount` is what they agree to, of what was `asked` for.
    """

    name: ClassVar[str] = "approval.agreed"
    approval_id: str
    subject: str
    requester_id: str
    gainer_id: str | None
    gainers: int
    amount: int
    approvers: tuple[str, ...]
    expires_at: datetime
    hours: int | None
    asked: int
    must_agree: int
    agreed: tuple[str, ...]
    decided_by: str
    decided_for: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDecided:
    """The one decision, or that the time ran out or the requester withdrew (`state`)."""

    name: ClassVar[str] = "approval.decided"
    approval_id: str
    subject: str
    subject_id: str
    requester_id: str
    state: str
    amount: int
    granted: int
    decided_by: str | None
    decided_for: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """An approver wants to know something, or the requester has answered (`answer` is then not empty)."""

    name: ClassVar[str] = "approval.question"
    approval_id: str
    requester_id: str
    asked_by: str
    number: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken:
    """A super admin decided something outside the ordinary way; all super admins hear of it."""

    name: ClassVar[str] = "approval.break_glass"
    approval_id: str
    decided_by: str
    justification: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationMade:
    """Somebody decides in somebody's place in [starts_at, ends_at)."""

    name: ClassVar[str] = "delegation.made"
    delegation_id: str
    delegator_id: str
    delegate_id: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEnded:
    """Somebody decides for themselves again."""

    name: ClassVar[str] = "delegation.ended"
    delegation_id: str
    delegator_id: str
    delegate_id: str
