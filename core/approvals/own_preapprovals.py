"""What somebody has said yes to in advance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.people import handles_of
from core.storage.tables import preapprovals
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class PreapprovalLine:
    """One that has not ended. `people` are handles, None is anybody; `most` is for each request."""

    preapproval_id: str
    subject: str
    most: int
    people: tuple[str, ...] | None
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPreapprovals:
    """The actor's own, soonest end first."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> tuple[PreapprovalLine, ...]:
        """Read them."""
        found = await tx.execute(
            select(preapprovals)
            .where(
                preapprovals.c.organization_id == tx.organization_id,
                preapprovals.c.approver_id == self.actor.id,
                preapprovals.c.ends_at > tx.now,
            )
            .order_by(preapprovals.c.ends_at, preapprovals.c.id)
        )
        rows = found.all()
        handles = await handles_of(tx, {user for row in rows for user in row.people or ()})
        return tuple(
            PreapprovalLine(
                row.id,
                row.subject_kind,
                row.most,
                None if row.people is None else tuple(sorted(handles.get(user, user) for user in row.people)),
                row.ends_at,
            )
            for row in rows
        )
