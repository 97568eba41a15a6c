"""The days of an absence were wrong, also days that are over: what was moved on days that count no more comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.ooo.absences import Absence, lock_open, place_of
from core.ooo.coming_back import CameBack, bring_back
from core.ooo.ending import end, ending_details
from core.ooo.events import AbsenceChanged
from core.ooo.keeping import check_span, check_start, keep_changed, refuse_gainer
from core.ooo.words import AbsenceState
from core.storage.audit_types import Happened
from core.storage.tables import absence_days
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Corrected:
    """The receipt. `is_over`: the end has passed, so that this was a return, with grace credits if it takes them."""

    absence_id: str
    starts_at: datetime
    ends_at: datetime
    returned: int
    grace: int
    is_over: bool
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAbsence:
    """The absence really is [starts_at, ends_at). A day that was moved is never moved again, whatever is corrected."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    id: str
    organization_id: str
    actor: Actor
    absence_id: str
    starts_at: datetime
    ends_at: datetime

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> Corrected:
        """Refuses an absence that is over, and a time that makes no sense."""
        item = await lock_open(tx, self.absence_id)
        refuse_gainer(tx, item.plan, user_id=item.user_id)
        check_span(starts_at=self.starts_at, ends_at=self.ends_at)
        if self.starts_at != item.starts_at:
            check_start(tx, self.starts_at)
        # Nothing below may refuse.
        right = replace(item, starts_at=self.starts_at, ends_at=self.ends_at)
        receipt, came = await (self._end(tx, right) if self.ends_at <= tx.now else self._go_on(tx, right))
        tx.record(
            AuditNote(
                Happened.ABSENCE_CORRECTED,
                await self.place(tx),
                subject_id=item.id,
                amount=receipt.returned + receipt.grace,
                details=ending_details(item, came)
                | {
                    "before": {"starts_at": item.starts_at, "ends_at": item.ends_at},
                    "after": {"starts_at": receipt.starts_at, "ends_at": receipt.ends_at},
                    "merged": list(receipt.merged),
                },
            )
        )
        return receipt

    async def _end(self, tx: Transaction, right: Absence) -> tuple[Corrected, CameBack]:
        back = await end(tx, right, state=AbsenceState.ENDED, ends_at=right.ends_at)
        came = CameBack(back.returned, back.grace, back.left, back.by)
        return Corrected(right.id, right.starts_at, right.ends_at, back.returned, back.grace, is_over=True), came

    async def _go_on(self, tx: Transaction, right: Absence) -> tuple[Corrected, CameBack]:
        kept = await keep_changed(tx, right)
        now = kept.absence
        away = now.days(tx.zone)
        wrong_days = {day for day in await _moved(tx, now) if away.moment(day) is None}
        came = await bring_back(tx, now, days=wrong_days)
        tx.emit(
            AbsenceChanged(
                absence_id=now.id,
                user_id=now.user_id,
                starts_at=now.starts_at,
                ends_at=now.ends_at,
                returned=came.returned,
            )
        )
        receipt = Corrected(now.id, now.starts_at, now.ends_at, came.returned, 0, is_over=False, merged=kept.merged)
        return receipt, came


async def _moved(tx: Transaction, item: Absence) -> list[date]:
    found = await tx.execute(
        select(absence_days.c.day).where(
            absence_days.c.organization_id == tx.organization_id, absence_days.c.absence_id == item.id
        )
    )
    return list(found.scalars())
