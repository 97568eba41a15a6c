"""Credits set aside for what people still decide: named slices that outlive the decision, until it pays or not.

Unlike a call's hold it has no end of its own: a decision, a deadline or a withdrawal ends it, and nothing sweeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import insert, select, update

from core.ledger.accounts import MAX_CREDITS, NEVER, Account, Piece
from core.ledger.books import Books, Entry, PostingKind
from core.ledger.locking import Locked
from core.refusals import Because, Refused, refuse
from core.storage.tables import reservations
from core.storage.transaction import Transaction


class ReservationState(StrEnum):
    """It ends once."""

    OPEN = "open"
    PAID = "paid"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is set aside on one account, soonest slice first."""

    id: str
    account: str
    pieces: tuple[Piece, ...]

    @property
    def amount(self) -> int:
        """In credits."""
        return sum(piece.amount for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Hold `amount` free credits, soonest first, of slices that last to `not_before` or longer."""

    account: str
    amount: int
    not_before: date

    def apply(self, books: Books, entry: Entry) -> tuple[Piece, ...]:
        """Decide and write. Raises Refused with what lasts long enough."""
        account = books.account(self.account)
        if not 0 < self.amount <= MAX_CREDITS:
            raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=self.amount, most=MAX_CREDITS))
        if account.closed_to is not None:
            raise Refused(refuse(Because.CLOSED_ACCOUNT, account=account.id))
        free = account.free_on(entry.today)
        pieces = account.choose(min(self.amount, free), not_before=max(self.not_before, entry.today))
        found = sum(piece.amount for piece in pieces)
        if found < self.amount:
            lasts = self.not_before if free >= self.amount else None
            raise Refused(
                refuse(Because.OUT_OF_CREDITS, asked=self.amount, available=found, account=account.id, lasts_to=lasts)
            )
        # Nothing below may refuse.
        for piece in pieces:
            account.reserve(piece)
        books.changed[account.id] = account
        books.tidy(entry, (account,))
        return tuple(pieces)


@dataclass(frozen=True, slots=True)
class PayOut:
    """End a reservation: `shares` (account, amount) are paid in their order, soonest slice first, the rest is free.

    Without shares everything is given back; what comes back after its day expires at once.
    """

    reservation: Reservation
    kind: PostingKind
    shares: tuple[tuple[str, int], ...] = ()

    def apply(self, books: Books, entry: Entry) -> None:
        """Write. What is reserved is there, so only a closed receiver refuses."""
        account = books.account(self.reservation.account)
        receivers = [books.account(name) for name, _ in self.shares]
        closed = next((receiver for receiver in receivers if receiver.closed_to is not None), None)
        if closed is not None:
            raise Refused(refuse(Because.CLOSED_ACCOUNT, account=closed.id))
        assert sum(amount for _, amount in self.shares) <= self.reservation.amount, self.reservation.id
        # Nothing below may refuse.
        for piece in self.reservation.pieces:
            account.unreserve(piece)
        books.changed[account.id] = account
        left = list(self.reservation.pieces)
        for receiver, (_, amount) in zip(receivers, self.shares, strict=True):
            left = self._pay(books, entry, debit=account, credit=receiver, amount=amount, left=left)
        books.tidy(entry, (account, *receivers))

    def _pay(
        self, books: Books, entry: Entry, *, debit: Account, credit: Account, amount: int, left: list[Piece]
    ) -> list[Piece]:
        """Pay one share from the pieces that are left; return those after it."""
        rest: list[Piece] = []
        for piece in left:
            paid = min(amount, piece.amount)
            books.pay(entry, self.kind, debit=debit, credit=credit, piece=Piece(piece.expires_on, paid))
            amount -= paid
            rest += [Piece(piece.expires_on, piece.amount - paid)] if piece.amount > paid else []
        return rest


async def add_reservation(locked: Locked, pieces: tuple[Piece, ...], *, account: str) -> Reservation:
    """Write the row of what was set aside."""
    tx = locked.tx
    made = Reservation(tx.new_id("rsv"), account, pieces)
    days = [[(piece.expires_on or NEVER).isoformat(), piece.amount] for piece in pieces]
    await tx.execute(
        insert(reservations).values(
            organization_id=tx.organization_id,
            id=made.id,
            account=account,
            amount=made.amount,
            pieces=json.dumps(days),
            state=ReservationState.OPEN.value,
            made_at=tx.now,
        )
    )
    return made


async def open_reservation(tx: Transaction, reservation_id: str) -> Reservation:
    """A reservation whose owner the caller has locked; that it is open follows from what it was made for."""
    found = await tx.execute(
        select(reservations).where(
            reservations.c.organization_id == tx.organization_id, reservations.c.id == reservation_id
        )
    )
    row = found.one()
    assert row.state == ReservationState.OPEN.value, f"{reservation_id} is {row.state}"
    return Reservation(row.id, row.account, pieces_from(row.pieces))


async def end_reservation(tx: Transaction, reservation_id: str, *, state: ReservationState) -> None:
    """Write the end."""
    await tx.execute(
        update(reservations)
        .where(reservations.c.organization_id == tx.organization_id, reservations.c.id == reservation_id)
        .values(state=state.value, ended_at=tx.now)
    )


def pieces_from(text: str) -> tuple[Piece, ...]:
    """Pieces from their JSON `[[day, amount], …]`."""
    days: Iterable[tuple[str, int]] = json.loads(text)
    return tuple(Piece(date.fromisoformat(day), amount) for day, amount in days)
