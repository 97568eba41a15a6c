"""A manager writes off a loan of somebody who has left: nothing of it is owed any more, and no credits move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.texts import reason_words
from core.leaving.events import LoanWrittenOff
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import loans, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.loan_rows import LoanState, locked_loan
from core.transfers.people import read_parties


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """The receipt. `left` was owed until now; `lender` and `borrower` are handles."""

    loan_id: str
    lender: str
    borrower: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffLoan:
    """By who may allocate where the lender is, or was, at home: it is credits of theirs that do not come back."""

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    loan_id: str
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The lender's home, as a place and not as the lender's own affair. Raises Refused."""
        lender = await tx.execute(
            select(loans.c.lender_id).where(loans.c.organization_id == tx.organization_id, loans.c.id == self.loan_id)
        )
        lender_id = lender.scalar_one_or_none()
        if lender_id is None:
            raise Refused(refuse(Because.UNKNOWN_LOAN, loan=self.loan_id))
        return Place((await user_place(tx, lender_id)).path)

    async def execute(self, tx: Transaction) -> WrittenOff:
        """Refuses the borrower, what is not owed, and loans of which both sides are still here."""
        words = reason_words(self.reason)
        row = await locked_loan(tx, self.loan_id)
        if row.borrower_id == self.actor.id:
            raise Refused(refuse(Because.OWN_GAIN, user=self.actor.id))
        if row.state != LoanState.OPEN.value:
            raise Refused(refuse(Because.LOAN_NOT_OPEN, loan=row.id, state=row.state))
        sides = (row.lender_id, row.borrower_id)
        if not await _somebody_left(tx, sides):
            raise Refused(refuse(Because.NOBODY_LEFT, loan=row.id))
        parties = await read_parties(tx, sides)
        left = row.amount - row.returned
        # Nothing below may refuse.
        await tx.execute(
            update(loans)
            .where(loans.c.organization_id == tx.organization_id, loans.c.id == row.id)
            .values(state=LoanState.WRITTEN_OFF.value, remind_at=None)
        )
        tx.emit(
            LoanWrittenOff(
                loan_id=row.id, lender_id=row.lender_id, borrower_id=row.borrower_id, by_id=self.actor.id, left=left
            )
        )
        tx.record(
            AuditNote(
                Happened.LOAN_WRITTEN_OFF,
                await self.place(tx),
                subject_id=row.id,
                amount=left,
                details={"from": row.borrower_id, "to": row.lender_id},
                words=words,
            )
        )
        return WrittenOff(row.id, parties[row.lender_id].handle, parties[row.borrower_id].handle, left)


async def _somebody_left(tx: Transaction, sides: tuple[str, str]) -> bool:
    gone = await tx.execute(
        select(func.count()).where(
            users.c.organization_id == tx.organization_id,
            users.c.id.in_(sides),
            users.c.deactivated_at.is_not(None),
        )
    )
    return bool(gone.scalar_one())
