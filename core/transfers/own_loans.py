"""What a person has lent and borrowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import or_, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.tables import loans, users
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.loan_rows import LoanState


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One open loan, as one of its two sides sees it. Without `due_at` it waits for a refresh."""

    loan_id: str
    is_lent: bool
    other: str
    amount: int
    left: int
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLoans:
    """The open ones of a person, oldest first."""

    needs: ClassVar[str] = Permission.SEE_PERSONAL_DETAIL
    organization_id: str
    actor: Actor
    user_id: str

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, and their managers'."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[LoanLine, ...]:
        """Read."""
        me = self.user_id
        handles = await tx.execute(
            select(users.c.id, users.c.handle).where(users.c.organization_id == tx.organization_id)
        )
        by_id = {row.id: row.handle for row in handles}
        found = await tx.execute(
            select(loans)
            .where(
                loans.c.organization_id == tx.organization_id,
                or_(loans.c.lender_id == me, loans.c.borrower_id == me),
                loans.c.state == LoanState.OPEN.value,
            )
            .order_by(loans.c.lent_at, loans.c.id)
        )
        return tuple(
            LoanLine(
                row.id,
                row.lender_id == me,
                by_id[row.borrower_id if row.lender_id == me else row.lender_id],
                row.amount,
                row.amount - row.returned,
                row.due_at,
                row.collected_at is not None,
            )
            for row in found
        )
