"""What was sent as a loan after somebody's yes is owed from then on."""

from __future__ import annotations

from sqlalchemy import select, update

from core.storage.tables import loans
from core.storage.transaction import Transaction
from core.transfers.loan_reminders import first_reminder
from core.transfers.loan_rows import LoanState


async def begin_loans(tx: Transaction, group_id: str, *, each: int, operation_id: str) -> None:
    """A group that is no loan has no rows."""
    group = (loans.c.organization_id == tx.organization_id, loans.c.group_id == group_id)
    for row in (await tx.execute(select(loans).where(*group).order_by(loans.c.id))).all():
        reminder = await first_reminder(tx, row.borrower_id, due_at=row.due_at)
        await tx.execute(
            update(loans)
            .where(*group, loans.c.id == row.id)
            .values(
                state=LoanState.OPEN.value,
                amount=each,
                lent_at=tx.now,
                operation_id=operation_id,
                remind_at=reminder,
            )
        )
