"""What a request is about, so that who decides it is led to the right deed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.states import Subject
from core.refusals import Because, Refused, refuse
from core.storage.tables import approvals
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSubject:
    """Of a request, open or decided. Tells nothing but the kind; whether somebody may decide is the deed's to say."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> Subject:
        """Raises Refused when there is no such request."""
        found = await tx.execute(
            select(approvals.c.subject_kind).where(
                approvals.c.organization_id == tx.organization_id, approvals.c.id == self.approval_id
            )
        )
        kind = found.scalar_one_or_none()
        if kind is None:
            raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=self.approval_id))
        return Subject(kind)
