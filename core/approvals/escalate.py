"""Two thirds of the time have passed and nobody has decided: the next tier is asked as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.approvals.raising import next_tier, raise_tier
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.storage.audit_types import Happened
from core.storage.tables import approvals
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Escalated:
    """The receipt; without a further tier `tier` is as before and nobody hears anything."""

    approval_id: str
    tier: int
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateApproval:
    """Once per request, by a job with the due moment as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Escalated:
        """Refuses a request that is decided. A tier in which nobody can act is passed over."""
        approval = await locked_approval(tx, self.approval_id)
        await refuse_decided(tx, approval)
        to = await next_tier(tx, approval)
        # Nothing below may refuse.
        row = (approvals.c.organization_id == tx.organization_id, approvals.c.id == approval.id)
        await tx.execute(update(approvals).where(*row).values(escalate_at=None))
        asked = await raise_tier(tx, approval, to=to) if to > approval.tier else []
        names = tuple(approver.user_id for approver in asked)
        note = AuditNote(
            Happened.APPROVAL_ESCALATED,
            place_of(approval),
            subject_id=approval.id,
            details={"from_tier": approval.tier, "to_tier": to, "approvers": names},
        )
        tx.record(note)
        return Escalated(approval.id, to, names)
