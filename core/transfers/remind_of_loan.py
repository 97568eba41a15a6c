"""A loan is due soon: both sides hear of it, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import loans
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import LoanDue
from core.transfers.loan_reminders import expected_at, remind_at
from core.transfers.loan_rows import LoanState, locked_loan


@dataclass(frozen=True, slots=True)
class Reminded:
    """The receipt. `again_at` is set where the refresh that it waits for has moved away: nobody was told yet."""

    loan_id: str
    left: int
    again_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfLoan:
    """By a job with the due moment of the reminder as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    loan_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Reminded:
        """Refuses a loan of which nothing is owed."""
        row = await locked_loan(tx, self.loan_id)
        if row.state != LoanState.OPEN.value:
            raise Refused(refuse(Because.LOAN_NOT_OPEN, loan=row.id, state=row.state))
        left = row.amount - row.returned
        expected = await expected_at(tx, row.borrower_id, due_at=row.due_at)
        wanted = None if expected is None else remind_at(expected, lent_at=row.lent_at)
        again_at = wanted if wanted is not None and wanted > tx.now else None
        # Nothing below may refuse.
        await tx.execute(
            update(loans)
            .where(loans.c.organization_id == tx.organization_id, loans.c.id == row.id)
            .values(remind_at=again_at)
        )
        if expected is not None and again_at is None:
            tx.emit(
                LoanDue(
                    loan_id=row.id,
                    lender_id=row.lender_id,
                    borrower_id=row.borrower_id,
                    left=left,
                    due_at=expected,
                )
            )
        tx.record(
            AuditNote(
                Happened.LOAN_REMINDED,
                await user_place(tx, row.borrower_id),
                subject_id=row.id,
                amount=left,
                details={"due": expected, "again_at": again_at},
            )
        )
        return Reminded(row.id, left, again_at)
