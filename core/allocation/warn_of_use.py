"""Much of what a team or department had this period is spent: who manages it hears of it, once per threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, update

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.budget_use import BudgetUse, told_of, uses_of, watched
from core.allocation.events import BudgetLow
from core.policy.periods import Window
from core.policy.quotas import quota_from
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import quotas
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Warned:
    """The receipt: the threshold that was told, and the credits behind it."""

    owner_id: str
    percent: int
    spent: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfUse:
    """By a job that found a threshold reached; what is told is looked up again."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    owner_id: str

    async def place(self, tx: Transaction) -> Place:
        """The team or department."""
        return await node_place(tx, self.owner_id)

    async def execute(self, tx: Transaction) -> Warned:
        """Refuses a place without a quota, and what has been told in this period."""
        row, period = await self._quota(tx)
        use = (await uses_of(tx.connection, tx.organization_id, since={row.path: period.start}))[row.path]
        if use.percent <= told_of(row, period=period):
            raise Refused(refuse(Because.BAD_VALUE, field="owner_id", why="nothing new has been reached"))
        # Nothing below may refuse.
        await tx.execute(
            update(quotas)
            .where(quotas.c.organization_id == tx.organization_id, quotas.c.owner_id == self.owner_id)
            .values(told_of=period.start, told_percent=use.percent)
        )
        self._tell(tx, use, period=period)
        details = {"percent": use.percent, "left": use.left, "period_start": period.start}
        note = AuditNote(
            Happened.QUOTA_WARNED, await self.place(tx), subject_id=self.owner_id, amount=use.spent, details=details
        )
        tx.record(note)
        return Warned(self.owner_id, use.percent, use.spent, use.left)

    async def _quota(self, tx: Transaction) -> tuple[Row[Any], Window]:
        """Locked, so that of two workers one tells it."""
        wanted = watched(tx.organization_id).where(quotas.c.owner_id == self.owner_id)
        row = (await tx.execute(wanted.with_for_update(of=quotas))).one_or_none()
        period = None if row is None else quota_from(row).schedule(tx.zone).window_at(tx.now)
        if row is None or period is None:
            raise Refused(refuse(Because.BAD_VALUE, field="owner_id", why="it has no quota whose period has begun"))
        return row, period

    def _tell(self, tx: Transaction, use: BudgetUse, *, period: Window) -> None:
        tx.emit(
            BudgetLow(
                owner_id=self.owner_id,
                percent=use.percent,
                spent=use.spent,
                left=use.left,
                period_ends=period.end,
            )
        )
