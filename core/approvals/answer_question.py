"""Who made a request answers an approver's question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.events import ApprovalAsked
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.approvals.states import Approval
from core.approvals.texts import clean_text
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import approval_questions
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class Answered:
    """The receipt; `asked_by` hears the answer."""

    approval_id: str
    number: int
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Answers one question, by default the last one without an answer."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str
    answer: str
    number: int | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Answered:
        """Refuses who did not make the request, a question that is not open, and a request that is decided."""
        answer = clean_text(self.answer, field="answer")
        approval = await locked_approval(tx, self.approval_id)
        if approval.requester_id != tx.actor.id:
            raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=self.approval_id))
        await refuse_decided(tx, approval)
        row = await self._open_question(tx, approval)
        # Nothing below may refuse.
        await tx.execute(
            update(approval_questions)
            .where(
                approval_questions.c.organization_id == tx.organization_id,
                approval_questions.c.approval_id == approval.id,
                approval_questions.c.number == row.number,
            )
            .values(answer=answer, answered_at=tx.now)
        )
        tx.emit(
            ApprovalAsked(
                approval_id=approval.id,
                requester_id=approval.requester_id,
                asked_by=row.asked_by,
                number=row.number,
                question=row.question,
                answer=answer,
            )
        )
        tx.record(
            AuditNote(
                Happened.APPROVAL_ANSWERED,
                place_of(approval),
                subject_id=approval.id,
                details={"number": row.number},
                words={"answer": Words(answer, about_user_id=tx.actor.id)},
            )
        )
        return Answered(approval.id, row.number, row.asked_by)

    async def _open_question(self, tx: Transaction, approval: Approval) -> Row[Any]:
        wanted = select(approval_questions).where(
            approval_questions.c.organization_id == tx.organization_id,
            approval_questions.c.approval_id == approval.id,
            approval_questions.c.answer.is_(None),
        )
        rows = (await tx.execute(wanted.order_by(approval_questions.c.number.desc()))).all()
        row = next((row for row in rows if self.number in {None, row.number}), None)
        if row is None:
            raise Refused(refuse(Because.UNKNOWN_QUESTION, approval=approval.id))
        return row
