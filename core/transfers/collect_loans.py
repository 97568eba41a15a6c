"""What a borrower owes is taken back at a due moment, or at a refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.ledger.accounts import Kind, Piece, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.paying_back import PayBack
from core.storage.audit_types import Happened
from core.storage.tables import loans, postings
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import LoanOverdue, LoanPaidBack
from core.transfers.loan_rows import LoanState
from core.transfers.loans_due import next_due, refreshes_of
from core.transfers.people import lock_parties


@dataclass(frozen=True, slots=True)
class Returned:
    """One loan's part; `left` is still owed."""

    loan_id: str
    lender_id: str
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Collected:
    """The receipt."""

    borrower_id: str
    loans: tuple[Returned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectLoans:
    """By a job with the due moment as its now. Older loans come first.

    A loan that is due for the first time takes all that is there; what was left of earlier ones shares half of the
    refresh that came at this moment.
    """

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    borrower_id: str
    due: datetime

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Collected:
        """Takes what is there; nothing is refused."""
        rows, granted = await self._due(tx)
        people = {self.borrower_id, *(row.lender_id for row in rows)}
        await lock_parties(tx, people)
        lent = {row.id: await still_lent(tx, row) for row in rows}
        locked = await lock(tx, [account_id(Kind.PERSONAL, user) for user in people])
        share = granted // 2
        parts: list[Returned] = []
        for row in rows:
            owed = row.amount - row.returned
            most = owed if row.collected_at is None else min(owed, share)
            paid = pay_back(locked, row, most=most, lent=lent[row.id])
            share -= paid if row.collected_at is not None else 0
            parts.append(Returned(row.id, row.lender_id, paid, owed - paid))
        await locked.write()
        for part in parts:
            await write_returned(tx, part, borrower_id=self.borrower_id, at=self.due)
        first = {row.id for row in rows if row.collected_at is None}
        self._tell_overdue(tx, [part for part in parts if part.loan_id in first and not part.amount])
        tx.record(
            AuditNote(
                Happened.LOAN_COLLECTED,
                await user_place(tx, self.borrower_id),
                subject_id=self.borrower_id,
                amount=sum(part.amount for part in parts),
                details={"loans": {part.loan_id: part.amount for part in parts}, "due": self.due},
            )
        )
        return Collected(self.borrower_id, tuple(parts))

    def _tell_overdue(self, tx: Transaction, parts: Sequence[Returned]) -> None:
        for part in parts:
            about = {"loan_id": part.loan_id, "lender_id": part.lender_id, "borrower_id": self.borrower_id}
            tx.emit(LoanOverdue(**about, left=part.left))

    async def _due(self, tx: Transaction) -> tuple[Sequence[Row[Any]], int]:
        """The loans that are due now, locked, and what this moment's refresh granted."""
        rows = await open_loans(tx, self.borrower_id)
        refreshes = await refreshes_of(tx.connection, tx.organization_id, borrowers=[self.borrower_id])
        due = [row for row in rows if (at := next_due(row, refreshes)) is not None and at <= self.due]
        due.sort(key=lambda row: (row.lent_at, row.id))
        return due, refreshes.get(self.borrower_id, {}).get(self.due, 0)


async def open_loans(tx: Transaction, borrower_id: str) -> Sequence[Row[Any]]:
    """What a person owes, locked."""
    owed = (
        select(loans)
        .where(
            loans.c.organization_id == tx.organization_id,
            loans.c.borrower_id == borrower_id,
            loans.c.state == LoanState.OPEN.value,
        )
        .order_by(loans.c.id)
    )
    return (await tx.execute(owed.with_for_update())).all()


def pay_back(locked: Locked, row: Row[Any], *, most: int, lent: tuple[Piece, ...]) -> int:
    """Pay what is there, at most so much; return it."""
    theirs, own = (account_id(Kind.PERSONAL, user) for user in (row.borrower_id, row.lender_id))
    return PayBack(theirs, own, most, lent).apply(locked.books, locked.entry)


async def write_returned(tx: Transaction, part: Returned, *, borrower_id: str, at: datetime | None) -> None:
    """Write what a loan has come to, and tell both sides. `at` is the moment at which it was due, None before that."""
    state = LoanState.OPEN if part.left else LoanState.PAID
    collected = {} if at is None else {"collected_at": at, "remind_at": None}
    await tx.execute(
        update(loans)
        .where(loans.c.organization_id == tx.organization_id, loans.c.id == part.loan_id)
        .values(returned=loans.c.returned + part.amount, state=state.value, **collected)
    )
    if part.amount:
        tx.emit(
            LoanPaidBack(
                loan_id=part.loan_id,
                lender_id=part.lender_id,
                borrower_id=borrower_id,
                amount=part.amount,
                left=part.left,
                is_early=at is None,
            )
        )


async def still_lent(tx: Transaction, row: Row[Any]) -> tuple[Piece, ...]:
    """What is still owed, by the days it was lent with; what came back is taken for the latest of them."""
    found = await tx.execute(
        select(postings.c.expires_given, postings.c.amount)
        .where(
            postings.c.organization_id == tx.organization_id,
            postings.c.operation_id == row.operation_id,
            postings.c.credit_account == account_id(Kind.PERSONAL, row.borrower_id),
            postings.c.kind == PostingKind.SEND.value,
        )
        .order_by(postings.c.expires_given.desc())
    )
    back = row.returned
    pieces: list[Piece] = []
    for posting in found:
        part = max(0, posting.amount - back)
        back -= posting.amount - part
        pieces += [Piece(posting.expires_given, part)] if part else []
    return tuple(pieces)
