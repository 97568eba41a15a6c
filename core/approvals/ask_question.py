"""An approver wants to know something before deciding; the request stays open meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, insert, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import approver_of
from core.approvals.events import ApprovalAsked
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.approvals.texts import clean_text
from core.storage.audit_types import Happened
from core.storage.tables import approval_questions
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class Questioned:
    """The receipt. `number` counts the questions of the request from 1."""

    approval_id: str
    number: int
    requester_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Relayed to who made the request."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str
    question: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair; whether they were asked is the request's."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Questioned:
        """Refuses who may not decide, and a request that is decided."""
        question = clean_text(self.question, field="question")
        approval = await locked_approval(tx, self.approval_id)
        await refuse_decided(tx, approval)
        by = await approver_of(tx, approval)
        # Nothing below may refuse.
        number = 1 + await _asked_before(tx, approval.id)
        await tx.execute(
            insert(approval_questions).values(
                organization_id=tx.organization_id,
                approval_id=approval.id,
                number=number,
                asked_by=by.user_id,
                question=question,
                asked_at=tx.now,
            )
        )
        tx.emit(
            ApprovalAsked(
                approval_id=approval.id,
                requester_id=approval.requester_id,
                asked_by=by.user_id,
                number=number,
                question=question,
                answer="",
            )
        )
        tx.record(
            AuditNote(
                Happened.APPROVAL_QUESTIONED,
                place_of(approval),
                subject_id=approval.id,
                details={"number": number},
                words={"question": Words(question, about_user_id=approval.requester_id)},
                on_behalf_of=by.on_behalf_of,
            )
        )
        return Questioned(approval.id, number, approval.requester_id)


async def _asked_before(tx: Transaction, approval_id: str) -> int:
    found = await tx.execute(
        select(func.count()).where(
            approval_questions.c.organization_id == tx.organization_id,
            approval_questions.c.approval_id == approval_id,
        )
    )
    count: int = found.scalar_one()
    return count
