"""What somebody who leaves owes: what is there is paid back, the rest is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, or_, select

from core.leaving.events import LoanLeft
from core.ledger.accounts import Piece
from core.ledger.locking import Locked
from core.storage.tables import loans, users
from core.storage.transaction import Transaction
from core.transfers.collect_loans import Returned, open_loans, pay_back, still_lent, write_returned
from core.transfers.loan_rows import LoanState


@dataclass(frozen=True, slots=True)
class Debts:
    """Open loans of a borrower, locked, with the days they were lent with."""

    rows: Sequence[Row[Any]]
    lent: Mapping[str, tuple[Piece, ...]]

    @property
    def lenders(self) -> frozenset[str]:
        """User ids."""
        return frozenset(row.lender_id for row in self.rows)


async def debts_of(tx: Transaction, user_id: str) -> Debts:
    """Lock them."""
    rows = await open_loans(tx, user_id)
    return Debts(rows, {row.id: await still_lent(tx, row) for row in rows})


def pay_all(locked: Locked, debts: Debts) -> tuple[Returned, ...]:
    """Oldest first, all that is there."""
    parts: list[Returned] = []
    for row in sorted(debts.rows, key=lambda row: (row.lent_at, row.id)):
        owed = row.amount - row.returned
        paid = pay_back(locked, row, most=owed, lent=debts.lent[row.id])
        parts.append(Returned(row.id, row.lender_id, paid, owed - paid))
    return tuple(parts)


async def write_all(tx: Transaction, parts: tuple[Returned, ...], *, borrower_id: str) -> None:
    """Write what each loan has come to."""
    for part in parts:
        await write_returned(tx, part, borrower_id=borrower_id, at=tx.now)


async def tell_what_stays_owed(tx: Transaction, leaver_id: str) -> None:
    """Tell those who manage either side of what a leaver still owes, and of what is still owed to them."""
    lender, borrower = users.alias("lender"), users.alias("borrower")
    own = loans.c.organization_id
    found = await tx.execute(
        select(loans, lender.c.home_id.label("lender_home_id"), borrower.c.home_id.label("borrower_home_id"))
        .join(lender, and_(lender.c.organization_id == own, lender.c.id == loans.c.lender_id))
        .join(borrower, and_(borrower.c.organization_id == own, borrower.c.id == loans.c.borrower_id))
        .where(
            own == tx.organization_id,
            loans.c.state == LoanState.OPEN.value,
            or_(loans.c.lender_id == leaver_id, loans.c.borrower_id == leaver_id),
        )
        .order_by(loans.c.lent_at, loans.c.id)
    )
    for row in found.all():
        tx.emit(
            LoanLeft(
                loan_id=row.id,
                lender_id=row.lender_id,
                borrower_id=row.borrower_id,
                leaver_id=leaver_id,
                lender_home_id=row.lender_home_id,
                borrower_home_id=row.borrower_home_id,
                left=row.amount - row.returned,
            )
        )
