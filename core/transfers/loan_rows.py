"""Loans as they are stored."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from core.refusals import Because, Refused, refuse
from core.storage.tables import loans
from core.storage.transaction import Transaction


class LoanState(StrEnum):
    """`pending` while the sending waits for approval; `dropped` when nothing was lent after all."""

    PENDING = "pending"
    OPEN = "open"
    PAID = "paid"
    DROPPED = "dropped"
    WRITTEN_OFF = "written_off"


async def locked_loan(tx: Transaction, loan_id: str) -> Row[Any]:
    """A loan, whatever has become of it, locked. Raises Refused when there is none."""
    found = select(loans).where(loans.c.organization_id == tx.organization_id, loans.c.id == loan_id)
    row = (await tx.execute(found.with_for_update())).one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_LOAN, loan=loan_id))
    return row


async def drop_loans(tx: Transaction, group_id: str) -> None:
    """Nothing was sent, or it was taken back: nothing is owed."""
    await tx.execute(
        update(loans)
        .where(loans.c.organization_id == tx.organization_id, loans.c.group_id == group_id)
        .values(state=LoanState.DROPPED.value)
    )


async def refuse_paid_back(tx: Transaction, group_id: str) -> None:
    """Raise Refused when a part of a loan has come back: it cannot be undone in full any more."""
    row = select(loans.c.returned).where(loans.c.organization_id == tx.organization_id, loans.c.group_id == group_id)
    found = (await tx.execute(row.with_for_update())).scalars().all()
    if any(found):
        raise Refused(refuse(Because.NOT_COMPLETED, transfer=group_id, state="partly paid back"))
