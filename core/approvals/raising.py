"""The next tier of a request is asked: as well, or in a chain from now on."""

from __future__ import annotations

from sqlalchemy import update

from core.approvals.eligible import eligible, eligible_now
from core.approvals.events import ApprovalRequested
from core.approvals.reading import locked_approval
from core.approvals.states import Approval, Approver, only
from core.storage.tables import approvals
from core.storage.transaction import Transaction


async def raise_tier(tx: Transaction, approval: Approval, *, to: int) -> list[Approver]:
    """Ask from this tier on, and tell whoever is asked now; return them."""
    await tx.execute(
        update(approvals)
        .where(approvals.c.organization_id == tx.organization_id, approvals.c.id == approval.id)
        .values(tier=to)
    )
    approval = await locked_approval(tx, approval.id)
    asked = await eligible_now(tx, approval)
    tx.emit(
        ApprovalRequested(
            approval_id=approval.id,
            subject=approval.subject.value,
            subject_id=approval.subject_id,
            requester_id=approval.requester_id,
            gainer_id=only(approval.gainers),
            gainers=len(approval.gainers),
            amount=approval.most,
            reason=approval.reason,
            approvers=tuple(approver.user_id for approver in asked),
            expires_at=approval.expires_at,
            hours=approval.hours,
            asked=approval.amount,
            must_agree=approval.must_agree,
            agreed=approval.voters,
        )
    )
    return asked


async def next_tier(tx: Transaction, approval: Approval) -> int:
    """The first further tier with somebody who can act; the present one when there is none."""
    for number in range(approval.tier + 1, 0 if approval.is_chain else len(approval.tiers)):
        if await eligible(tx, approval.tiers[number], scopes=approval.path, never=approval.never):
            return number
    return approval.tier
