"""Put a request to the people who may decide it; nobody eligible means no at once, never a silent wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select

from core.approvals.chains import chain_of
from core.approvals.eligible import eligible
from core.approvals.events import ApprovalRequested
from core.approvals.states import (
    HOURS,
    REMIND,
    ApprovalState,
    Approver,
    Deadlines,
    Subject,
    Tiers,
    ending_in_super_admin,
    only,
)
from core.refusals import Because, Refused, refuse
from core.storage.tables import approvals, preapprovals
from core.storage.transaction import Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. `gainers` are the people who could spend more by a yes; `place` is where roles must be held.

    `hours` is for how long, of what is asked for a time.
    """

    subject: Subject
    subject_id: str
    requester_id: str
    gainers: frozenset[str]
    amount: int
    reason: str
    place: Place
    tiers: Tiers
    deadlines: Deadlines
    is_chain: bool = False
    hours: int | None = None

    @property
    def full_tiers(self) -> Tiers:
        """A chain is as given; every other list ends in super_admin."""
        return self.tiers if self.is_chain else ending_in_super_admin(self.tiers)

    @property
    def must_agree(self) -> int:
        """How many people must say yes, one after the other."""
        return len(self.tiers) if self.is_chain else 1

    @property
    def never(self) -> frozenset[str]:
        """Who cannot decide, whatever role they have."""
        return self.gainers | {self.requester_id}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits, and for whom; `agreed` is who had said yes in advance, and then nothing waits.

    `must_agree` people say yes one after the other; `approvers` are asked first.
    """

    approval_id: str
    approvers: tuple[Approver, ...]
    tier: int
    expires_at: datetime
    agreed: Approver | None = None
    must_agree: int = 1


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who would be asked now; `agreed` is the one of them who said yes in advance."""

    tier: int
    approvers: tuple[Approver, ...]
    agreed: Approver | None


async def find_deciders(tx: Transaction, request: Request) -> Deciders:
    """Whom `ask` asks, without asking. Raises Refused (NO_APPROVER)."""
    tier, approvers = await find_approvers(tx, request)
    agreed = None if request.is_chain else await _agreed_before(tx, request, approvers=approvers)
    return Deciders(tier, tuple(approvers), agreed)


async def find_approvers(tx: Transaction, request: Request) -> tuple[int, list[Approver]]:
    """The first tier that somebody of can act, and those people. Raises Refused (NO_APPROVER) when no tier has any.

    In a chain every tier must have somebody else, a super admin where nobody else can act.
    """
    scopes, never = request.place.path, request.never
    if request.is_chain:
        first = await chain_of(tx, request.tiers, scopes=scopes, never=never)
        if first is not None:
            return 0, first
    for number, roles in enumerate(() if request.is_chain else request.full_tiers):
        people = await eligible(tx, roles, scopes=scopes, never=never)
        if people:
            return number, people
    raise Refused(refuse(Because.NO_APPROVER, subject=request.subject.value))


async def ask(tx: Transaction, request: Request, *, heeds_preapproval: bool = True) -> Asked:
    """Write the request and tell its approvers. Raises Refused (NO_APPROVER).

    Without `heeds_preapproval` who has agreed in advance is asked like everybody.
    """
    deciders = await find_deciders(tx, request)
    agreed = deciders.agreed if heeds_preapproval else None
    approval_id = tx.new_id("apr")
    state = ApprovalState.APPROVED if agreed else ApprovalState.OPEN
    await tx.execute(
        insert(approvals).values(
            **_row(tx, request),
            id=approval_id,
            tier=deciders.tier,
            state=state.value,
            decided_at=tx.now if agreed else None,
            decided_by=agreed.user_id if agreed else None,
            decided_for=agreed.on_behalf_of if agreed else None,
            granted=request.amount if agreed else None,
        )
    )
    if agreed is None:
        tx.emit(_told(tx, request, approval_id=approval_id, approvers=deciders.approvers))
    expires_at = tx.now + request.deadlines.expire
    return Asked(approval_id, deciders.approvers, deciders.tier, expires_at, agreed, request.must_agree)


def _row(tx: Transaction, request: Request) -> dict[str, Any]:
    deadlines = request.deadlines
    return {
        "organization_id": tx.organization_id,
        "subject_kind": request.subject.value,
        "subject_id": request.subject_id,
        "requester_id": request.requester_id,
        "gainers": sorted(request.gainers),
        "amount": request.amount,
        "reason": request.reason,
        "scope": "".join(f"{node}/" for node in request.place.path),
        "tiers": [[role.value for role in tier] for tier in request.full_tiers],
        "is_chain": request.is_chain,
        "asked_at": tx.now,
        "remind_at": tx.now + deadlines.remind,
        "escalate_at": None if request.is_chain else tx.now + deadlines.escalate,
        "expires_at": tx.now + deadlines.expire,
        "conditions": _conditions(request),
    }


def _conditions(request: Request) -> dict[str, int]:
    lasting = {} if request.hours is None else {HOURS: request.hours}
    nudging = {REMIND: int(request.deadlines.remind.total_seconds())} if request.is_chain else {}
    return lasting | nudging


def _told(tx: Transaction, request: Request, *, approval_id: str, approvers: tuple[Approver, ...]) -> ApprovalRequested:
    return ApprovalRequested(
        approval_id=approval_id,
        subject=request.subject.value,
        subject_id=request.subject_id,
        requester_id=request.requester_id,
        gainer_id=only(request.gainers),
        gainers=len(request.gainers),
        amount=request.amount,
        reason=request.reason,
        approvers=tuple(approver.user_id for approver in approvers),
        expires_at=tx.now + request.deadlines.expire,
        hours=request.hours,
        asked=request.amount,
        must_agree=request.must_agree,
        agreed=(),
    )


async def _agreed_before(tx: Transaction, request: Request, *, approvers: list[Approver]) -> Approver | None:
    """The first of the approvers who has pre-authorised this kind, amount and person."""
    by_id = {approver.user_id: approver for approver in approvers if approver.on_behalf_of is None}
    found = await tx.execute(
        select(preapprovals.c.approver_id, preapprovals.c.people)
        .where(
            preapprovals.c.organization_id == tx.organization_id,
            preapprovals.c.approver_id.in_(sorted(by_id)),
            preapprovals.c.subject_kind == request.subject.value,
            preapprovals.c.most >= request.amount,
            preapprovals.c.starts_at <= tx.now,
            or_(preapprovals.c.ends_at.is_(None), preapprovals.c.ends_at > tx.now),
        )
        .order_by(preapprovals.c.id)
    )
    fitting = (row.approver_id for row in found if row.people is None or request.requester_id in row.people)
    approver_id = next(fitting, None)
    return by_id[approver_id] if approver_id is not None else None
