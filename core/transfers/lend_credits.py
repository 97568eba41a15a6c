"""A person lends credits: an ordinary send that comes back by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.quotas import quotas_of
from core.directory.texts import aware, wrong
from core.directory.tree import gate, person
from core.policy.periods import day_of
from core.storage.tables import loans, transfers
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.loan_reminders import first_reminder
from core.transfers.loan_rows import LoanState
from core.transfers.sending import Gift, Sent, send
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class Lent:
    """The receipt. Without `due_at` it comes back when the borrower's quota refreshes."""

    loan_id: str
    sent: Sent
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LendCredits:
    """`due_at` None is the borrower's next refresh. Only credits that last to the due day are lent."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    borrower_id: str
    amount: int
    due_at: datetime | None = None
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The lender's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Lent:
        """Refuses a due moment that has passed, a borrower without a quota to wait for, and as `send` does."""
        due = aware(self.due_at, field="due_at")
        if due is not None and due <= tx.now:
            raise wrong("due_at", "it should lie in the future")
        await gate(tx)
        gift = Gift(
            recipients=(self.borrower_id,),
            amount=self.amount,
            reason=self.reason,
            details={"loan": True, "due_at": due},
            lasts_to=day_of(due, tx.zone) if due else await self._refresh_day(tx),
        )
        sent = await send(tx, gift)
        loan_id = tx.new_id("loan")
        await tx.execute(insert(loans).values(**await self._row(tx, sent), id=loan_id))
        return Lent(loan_id, sent, due)

    async def _refresh_day(self, tx: Transaction) -> date:
        borrower = await person(tx, self.borrower_id)
        quota = (await quotas_of(tx, (borrower.id,))).get(borrower.id)
        window = quota.next_window(tx.zone, after=tx.now) if quota else None
        if window is None:
            raise wrong("due_at", "the borrower has no quota that refreshes, so it should be named")
        return day_of(window.start, tx.zone)

    async def _row(self, tx: Transaction, sent: Sent) -> dict[str, object]:
        is_lent = sent.state is TransferState.COMPLETED
        operation = await tx.execute(
            select(transfers.c.operation_id).where(
                transfers.c.organization_id == tx.organization_id, transfers.c.group_id == sent.group_id
            )
        )
        return {
            "organization_id": tx.organization_id,
            "group_id": sent.group_id,
            "lender_id": self.actor.id,
            "borrower_id": self.borrower_id,
            "amount": self.amount,
            "returned": 0,
            "state": (LoanState.OPEN if is_lent else LoanState.PENDING).value,
            "due_at": self.due_at,
            "lent_at": tx.now if is_lent else None,
            "remind_at": await first_reminder(tx, self.borrower_id, due_at=self.due_at) if is_lent else None,
            "operation_id": operation.scalar_one(),
        }
