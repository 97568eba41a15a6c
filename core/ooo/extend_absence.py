"""Somebody comes back later than they said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.directory.texts import aware, wrong
from core.ooo.absences import lock_open, place_of
from core.ooo.events import AbsenceChanged
from core.ooo.keeping import check_span, keep_changed, refuse_gainer
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Extended:
    """The receipt. `merged` are absences that began before the new end and are part of this one now."""

    absence_id: str
    starts_at: datetime
    ends_at: datetime
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendAbsence:
    """`ends_at` is later than before; where nobody has said an end yet, in the future."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    id: str
    organization_id: str
    actor: Actor
    absence_id: str
    ends_at: datetime

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> Extended:
        """Refuses an absence that is over, and an end that is no later."""
        aware(self.ends_at, field="ends_at")
        item = await lock_open(tx, self.absence_id)
        refuse_gainer(tx, item.plan, user_id=item.user_id)
        if self.ends_at <= (tx.now if item.is_open_ended else item.ends_at):
            raise wrong("ends_at", "it should be later than before")
        check_span(starts_at=item.starts_at, ends_at=self.ends_at)
        # Nothing below may refuse.
        kept = await keep_changed(tx, replace(item, ends_at=self.ends_at))
        now = kept.absence
        tx.emit(
            AbsenceChanged(
                absence_id=now.id, user_id=now.user_id, starts_at=now.starts_at, ends_at=now.ends_at, returned=0
            )
        )
        tx.record(
            AuditNote(
                Happened.ABSENCE_EXTENDED,
                await self.place(tx),
                subject_id=now.id,
                details={
                    "user": now.user_id,
                    "before": {"ends_at": item.ends_at},
                    "after": {"ends_at": now.ends_at},
                    "merged": list(kept.merged),
                },
            )
        )
        return Extended(now.id, now.starts_at, now.ends_at, kept.merged)
