"""Somebody is not away after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.ooo.absences import lock_open, place_of
from core.ooo.ending import BackAtWork, end, ending_details
from core.ooo.words import AbsenceState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAbsence:
    """Before it begins or while it lasts; what was moved by then comes back as on a return.

    Without an id: one's own present or next one.
    """

    needs: ClassVar[str] = Permission.SET_ABSENCE
    id: str
    organization_id: str
    actor: Actor
    absence_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> BackAtWork:
        """Refuses an absence that is over."""
        item = await lock_open(tx, self.absence_id)
        # Nothing below may refuse.
        back = await end(tx, item, state=AbsenceState.CANCELLED, ends_at=item.ends_at)
        tx.record(
            AuditNote(
                Happened.ABSENCE_CANCELLED,
                await self.place(tx),
                subject_id=item.id,
                amount=back.returned + back.grace,
                details=ending_details(item, back),
            )
        )
        return back
