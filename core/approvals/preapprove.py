"""An approver says yes in advance: to a kind of request, up to an amount each time, by some people or anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.states import Subject
from core.directory.texts import aware, wrong
from core.directory.tree import active_person
from core.ledger.accounts import MAX_CREDITS, is_amount
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import preapprovals
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Preapproved:
    """The receipt."""

    preapproval_id: str
    subject: str
    most: int
    people: tuple[str, ...] | None
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preapprove:
    """Counts only for requests that the approver may decide when they are asked. `people` None is anybody."""

    needs: ClassVar[str] = Permission.DECIDE
    id: str
    organization_id: str
    actor: Actor
    subject: Subject
    most: int
    ends_at: datetime
    people: tuple[str, ...] | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Preapproved:
        """Refuses an end that has passed, an amount that is none, and people who are not there."""
        ends = aware(self.ends_at, field="ends_at") or tx.now
        if ends <= tx.now:
            raise wrong("ends_at", "it should lie in the future")
        if not is_amount(self.most):
            raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=self.most, most=MAX_CREDITS))
        if self.people is not None and not self.people:
            raise wrong("people", "nobody is named")
        for user_id in self.people or ():
            await active_person(tx, user_id)
        # Nothing below may refuse.
        preapproval_id = tx.new_id("pre")
        people = None if self.people is None else sorted(set(self.people))
        await tx.execute(
            insert(preapprovals).values(
                organization_id=tx.organization_id,
                id=preapproval_id,
                approver_id=self.actor.id,
                subject_kind=self.subject.value,
                most=self.most,
                people=people,
                starts_at=tx.now,
                ends_at=ends,
            )
        )
        tx.record(
            AuditNote(
                Happened.PREAPPROVAL_MADE,
                await self.place(tx),
                subject_id=preapproval_id,
                amount=self.most,
                details={"kind": self.subject.value, "people": people, "ends_at": ends},
            )
        )
        return Preapproved(preapproval_id, self.subject.value, self.most, self.people, ends)
