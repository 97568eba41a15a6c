"""What waits for somebody's decision, and what they wait for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.chains import progress_of
from core.approvals.eligible import eligible_now
from core.approvals.reading import with_votes
from core.approvals.states import Approval, ApprovalState, Approver, Progress
from core.storage.tables import approval_questions, approvals, users
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question about a request that has no answer yet."""

    number: int
    asked_by: str
    question: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One open request. `on_behalf_of` is in whose place it would be decided; people are handles, but for `_id`.

    `amount` and `hours` are what can still be granted of what was `asked` for; `progress` is there for a chain.
    """

    approval_id: str
    subject: str
    subject_id: str
    requester_id: str
    requester: str
    gainers: tuple[str, ...]
    amount: int
    reason: str
    asked_at: datetime
    expires_at: datetime
    approvers: tuple[str, ...]
    on_behalf_of: str | None
    questions: tuple[OpenQuestion, ...]
    hours: int | None
    asked: int
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class WaitingLists:
    """Soonest end first."""

    for_me: tuple[WaitingLine, ...]
    of_mine: tuple[WaitingLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The actor's own two lists."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> WaitingLists:
        """Read. Who is asked is found anew, so that it shows who can act now."""
        found = await tx.execute(
            select(approvals)
            .where(
                approvals.c.organization_id == tx.organization_id,
                approvals.c.state == ApprovalState.OPEN.value,
                approvals.c.expires_at > tx.now,
            )
            .order_by(approvals.c.expires_at, approvals.c.id)
        )
        handles = await _handles(tx)
        for_me: list[WaitingLine] = []
        of_mine: list[WaitingLine] = []
        for row in found.all():
            approval = await with_votes(tx, row)
            asked = await eligible_now(tx, approval)
            mine = next((approver for approver in asked if approver.user_id == self.actor.id), None)
            if mine is None and row.requester_id != self.actor.id:
                continue
            behalf = handles.get(mine.on_behalf_of) if mine and mine.on_behalf_of else None
            questions = await _questions(tx, approval)
            line = _line(approval, handles=handles, asked=asked, on_behalf_of=behalf, questions=questions)
            (for_me if mine else of_mine).append(line)
        return WaitingLists(tuple(for_me), tuple(of_mine))


def _line(
    approval: Approval,
    *,
    handles: dict[str, str],
    asked: list[Approver],
    on_behalf_of: str | None,
    questions: tuple[OpenQuestion, ...],
) -> WaitingLine:
    return WaitingLine(
        approval_id=approval.id,
        subject=approval.subject.value,
        subject_id=approval.subject_id,
        requester_id=approval.requester_id,
        requester=handles[approval.requester_id],
        gainers=tuple(sorted(handles[user] for user in approval.gainers)),
        amount=approval.most,
        reason=approval.reason,
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
        approvers=tuple(approver.handle for approver in asked),
        on_behalf_of=on_behalf_of,
        questions=questions,
        hours=approval.hours,
        asked=approval.amount,
        progress=progress_of(approval, asked, handles=handles) if approval.is_chain else None,
    )


async def _handles(tx: Transaction) -> dict[str, str]:
    found = await tx.execute(select(users.c.id, users.c.handle).where(users.c.organization_id == tx.organization_id))
    return {row.id: row.handle for row in found}


async def _questions(tx: Transaction, approval: Approval) -> tuple[OpenQuestion, ...]:
    found: list[Row[Any]] = list(
        await tx.execute(
            select(approval_questions)
            .where(
                approval_questions.c.organization_id == tx.organization_id,
                approval_questions.c.approval_id == approval.id,
                approval_questions.c.answer.is_(None),
            )
            .order_by(approval_questions.c.number)
        )
    )
    return tuple(OpenQuestion(row.number, row.asked_by, row.question) for row in found)
