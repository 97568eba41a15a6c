"""Half the time of a request has passed and nobody has decided: those who are asked hear of it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.approvals.eligible import eligible_now
from core.approvals.events import ApprovalReminded
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.approvals.states import only
from core.storage.audit_types import Happened
from core.storage.tables import approvals
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Reminded:
    """The receipt."""

    approval_id: str
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindApprovers:
    """Once per request, and once per tier of a chain, by a job with the due moment as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Reminded:
        """Refuses a request that is decided."""
        approval = await locked_approval(tx, self.approval_id)
        await refuse_decided(tx, approval)
        asked = tuple(approver.user_id for approver in await eligible_now(tx, approval))
        # Nothing below may refuse.
        row = (approvals.c.organization_id == tx.organization_id, approvals.c.id == approval.id)
        await tx.execute(update(approvals).where(*row).values(remind_at=None))
        tx.emit(
            ApprovalReminded(
                approval_id=approval.id,
                subject=approval.subject.value,
                requester_id=approval.requester_id,
                gainer_id=only(approval.gainers),
                gainers=len(approval.gainers),
                amount=approval.most,
                approvers=asked,
                expires_at=approval.expires_at,
                hours=approval.hours,
                asked=approval.amount,
                must_agree=approval.must_agree,
                agreed=approval.voters,
            )
        )
        note = AuditNote(
            Happened.APPROVAL_REMINDED, place_of(approval), subject_id=approval.id, details={"approvers": asked}
        )
        tx.record(note)
        return Reminded(approval.id, asked)
