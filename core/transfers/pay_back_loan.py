"""A borrower pays back before it is due: a loan, or all that is owed to somebody, whole or in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row

from core.access.matrix import Permission
from core.access.places import user_place
from core.ledger.accounts import Kind, Piece, account_id
from core.ledger.locking import Locked, lock
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.collect_loans import Returned, open_loans, pay_back, still_lent, write_returned
from core.transfers.loan_rows import LoanState, locked_loan
from core.transfers.people import lock_parties, read_parties


@dataclass(frozen=True, slots=True)
class PaidBack:
    """The receipt. `left` is still owed of these loans, `available` is what the borrower has left."""

    lender_id: str
    lender: str
    amount: int
    left: int
    available: int
    loans: tuple[Returned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBackLoan:
    """`owed_to` is a loan's id, or a lender's: then all that is owed to them, oldest first. `amount` None is all of it.

    What is left stays due when it was. Paying back is no sending: no limits, no circles, no approval.
    """

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    owed_to: str
    amount: int | None = None

    async def place(self, tx: Transaction) -> Place:
        """The borrower's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> PaidBack:
        """Refuses what is not this borrower's, paid back already, more than is owed, and more than is there."""
        rows = await self._rows(tx)
        lender_id: str = rows[0].lender_id
        owed = sum(row.amount - row.returned for row in rows)
        amount = owed if self.amount is None else self.amount
        if amount < 1:
            raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=amount, most=owed))
        if amount > owed:
            raise Refused(refuse(Because.MORE_THAN_OWED, owed=owed, asked=amount, **await _who(tx, lender_id)))
        parties = await lock_parties(tx, {self.actor.id, lender_id})
        lent = {row.id: await still_lent(tx, row) for row in rows}
        own = account_id(Kind.PERSONAL, self.actor.id)
        locked = await lock(tx, [own, account_id(Kind.PERSONAL, lender_id)])
        free = locked.account(own).free_on(tx.today)
        if free < amount:
            raise Refused(refuse(Because.OUT_OF_CREDITS, asked=amount, available=free, account=own))
        # Nothing below may refuse.
        parts = _pay(locked, rows, amount=amount, lent=lent)
        await locked.write()
        for part in parts:
            await write_returned(tx, part, borrower_id=self.actor.id, at=None)
        tx.record(
            AuditNote(
                Happened.LOAN_PAID_BACK,
                await self.place(tx),
                subject_id=self.actor.id,
                amount=amount,
                details={"to": lender_id, "loans": {part.loan_id: part.amount for part in parts}},
            )
        )
        handle = parties[lender_id].handle
        return PaidBack(lender_id, handle, amount, owed - amount, locked.account(own).free_on(tx.today), parts)

    async def _rows(self, tx: Transaction) -> Sequence[Row[Any]]:
        """What is meant, locked, oldest first; never empty. Raises Refused; to a stranger a loan is unknown."""
        if self.owed_to.startswith("usr_"):
            rows = [row for row in await open_loans(tx, self.actor.id) if row.lender_id == self.owed_to]
            if not rows:
                raise Refused(refuse(Because.LOAN_NOT_OPEN, **await _who(tx, self.owed_to)))
            return sorted(rows, key=lambda row: (row.lent_at, row.id))
        row = await locked_loan(tx, self.owed_to)
        if self.actor.id not in {row.borrower_id, row.lender_id}:
            raise Refused(refuse(Because.UNKNOWN_LOAN, loan=self.owed_to))
        if self.actor.id != row.borrower_id:
            raise Refused(refuse(Because.NOT_YOUR_LOAN, loan=row.id, **await _who(tx, row.borrower_id)))
        if row.state != LoanState.OPEN.value:
            raise Refused(refuse(Because.LOAN_NOT_OPEN, loan=row.id, state=row.state))
        return [row]


def _pay(
    locked: Locked, rows: Sequence[Row[Any]], *, amount: int, lent: Mapping[str, tuple[Piece, ...]]
) -> tuple[Returned, ...]:
    """Oldest first; all of it is there."""
    parts: list[Returned] = []
    left = amount
    for row in rows:
        due = row.amount - row.returned
        paid = pay_back(locked, row, most=min(due, left), lent=lent[row.id])
        left -= paid
        parts += [Returned(row.id, row.lender_id, paid, due - paid)] if paid else []
    assert left == 0, f"{left} of {amount} were free, and were not paid"
    return tuple(parts)


async def _who(tx: Transaction, user_id: str) -> dict[str, str]:
    """Facts that name somebody, as far as they are known."""
    party = (await read_parties(tx, {user_id})).get(user_id)
    return {} if party is None else {"handle": party.handle}
