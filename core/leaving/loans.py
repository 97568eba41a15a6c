"""What somebody who leaves owes: what is there is paid back, the rest is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from core.ledger.accounts import Piece
from core.ledger.locking import Locked
from core.storage.transaction import Transaction
from core.transfers.collect_loans import Returned, open_loans, pay_back, still_lent, write_returned


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
