"""The one decision of a request. The first press wins; a later one is told whose it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from core.access.check import reaches, roles_of
from core.access.matrix import Permission
from core.approvals.chains import pass_on, refuse_agreed, refuse_dead_end
from core.approvals.eligible import eligible_now
from core.approvals.events import ApprovalDecided, GlassBroken
from core.approvals.reading import handle_of, place_of, refuse_decided
from core.approvals.states import HOURS, Approval, ApprovalState, Approver, Progress
from core.refusals import Because, Refused, refuse
from core.storage.tables import approvals
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an approver says. `granted` may be less than was asked; `justification` breaks the glass if it must."""

    is_yes: bool
    granted: int | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    justification: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the request by a verdict; a chain that waits for its next tier is still `open`."""

    approval: Approval
    verdict: Verdict
    state: ApprovalState
    granted: int
    by: Approver

    @property
    def is_final(self) -> bool:
        """Whether nobody is asked any more."""
        return self.state is not ApprovalState.OPEN


async def judge(tx: Transaction, approval: Approval, *, verdict: Verdict) -> Decision:
    """What the actor's verdict on a locked request comes to; nothing is written.

    Raises Refused: ALREADY_DECIDED, OWN_GAIN, NOT_AN_APPROVER, AMOUNT_OUT_OF_RANGE and, of a chain, ALREADY_AGREED,
    NO_NEXT_APPROVER.
    """
    await refuse_decided(tx, approval)
    by = await approver_of(tx, approval, justification=verdict.justification)
    if not verdict.is_yes:
        return Decision(approval, verdict, ApprovalState.REJECTED, 0, by)
    granted = approval.most if verdict.granted is None else verdict.granted
    if not 0 < granted <= approval.most:
        raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=granted, most=approval.most))
    if approval.is_last_tier or by.breaks_glass:
        return Decision(approval, verdict, ApprovalState.APPROVED, granted, by)
    await refuse_dead_end(tx, approval, by=by)
    return Decision(approval, verdict, ApprovalState.OPEN, granted, by)


async def carry_out(tx: Transaction, decision: Decision) -> Progress | None:
    """Write what was judged, under the same lock, and tell of it; returns how far a chain has come that goes on."""
    approval, by, verdict = decision.approval, decision.by, decision.verdict
    if not decision.is_final:
        hours = verdict.conditions.get(HOURS)
        return await pass_on(tx, approval, by=by, granted=decision.granted, hours=hours, note=verdict.note)
    await end(tx, approval, state=decision.state, granted=decision.granted, by=by, verdict=verdict)
    if by.breaks_glass:
        tx.emit(GlassBroken(approval_id=approval.id, decided_by=by.user_id, justification=verdict.justification))
    return None


async def withdraw(tx: Transaction, approval: Approval) -> None:
    """The requester takes a locked, open request back. Raises Refused."""
    if tx.actor.id != approval.requester_id:
        raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=approval.id))
    await refuse_decided(tx, approval)
    await end(tx, approval, state=ApprovalState.CANCELLED)


async def end(
    tx: Transaction,
    approval: Approval,
    *,
    state: ApprovalState,
    granted: int = 0,
    by: Approver | None = None,
    verdict: Verdict | None = None,
) -> None:
    """Write the end of a locked, open request, and tell of it."""
    await tx.execute(
        update(approvals)
        .where(approvals.c.organization_id == tx.organization_id, approvals.c.id == approval.id)
        .values(
            state=state.value,
            decided_at=tx.now,
            decided_by=by.user_id if by else None,
            decided_for=by.on_behalf_of if by else None,
            granted=granted,
            conditions=dict(verdict.conditions) if verdict else {},
        )
    )
    tx.emit(
        ApprovalDecided(
            approval_id=approval.id,
            subject=approval.subject.value,
            subject_id=approval.subject_id,
            requester_id=approval.requester_id,
            state=state.value,
            amount=approval.amount,
            granted=granted,
            decided_by=by.user_id if by else None,
            decided_for=by.on_behalf_of if by else None,
            note=verdict.note if verdict else "",
        )
    )


async def approver_of(tx: Transaction, approval: Approval, *, justification: str = "") -> Approver:
    """The actor as an approver of this request, eligible now or by breaking the glass. Raises Refused."""
    actor = tx.actor.id
    if actor == approval.requester_id or actor in approval.gainers:
        raise Refused(refuse(Because.OWN_GAIN, approval=approval.id))
    own = next((one for one in await eligible_now(tx, approval) if one.user_id == actor), None)
    if own is not None and approval.is_last_tier:
        return own
    # Who stands in for one tier of a chain may still break the glass of all.
    glass = await _breaking_glass(tx, approval) if justification.strip() else None
    if (by := glass or own) is not None:
        return by
    await refuse_agreed(tx, approval)
    raise Refused(refuse(Because.NOT_AN_APPROVER, approval=approval.id))


async def _breaking_glass(tx: Transaction, approval: Approval) -> Approver | None:
    actor = tx.actor.id
    for role, scope_id in await roles_of(tx):
        if reaches(Permission.BREAK_GLASS, role, scope_id=scope_id, place=place_of(approval), actor_id=actor):
            return Approver(actor, await handle_of(tx, actor), role, breaks_glass=True)
    return None
