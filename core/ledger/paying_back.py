"""Paying back a loan: as much as is there, in dates no sooner than lent where there are such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.ledger.accounts import NEVER, Account, Piece
from core.ledger.books import Books, Entry, PostingKind


@dataclass(frozen=True, slots=True)
class PayBack:
    """Move at most `most` free credits; `lent` is what is still owed, by the days it was lent with.

    A lender's account that is closed passes it on.
    """

    debit: str
    credit: str
    most: int
    lent: tuple[Piece, ...]

    def apply(self, books: Books, entry: Entry) -> int:
        """Write; return what was paid."""
        debit, credit = books.account(self.debit), books.account(self.credit)
        books.tidy(entry, (debit,))
        amount = min(self.most, debit.free_on(entry.today))
        for piece in _pieces(debit, amount, lent=self.lent):
            books.pay(entry, PostingKind.PAYBACK, debit=debit, credit=credit, piece=piece)
        books.tidy(entry, (debit, credit))
        return amount


def _pieces(debit: Account, amount: int, *, lent: Sequence[Piece]) -> list[Piece]:
    """Latest lent day first: its own slice, then later ones; what is still missing from the latest slices there are."""
    free = {part.expires_on: part.free for part in debit.slices if part.free > 0}
    chosen: list[Piece] = []
    left_of = {piece.expires_on or NEVER: piece.amount for piece in lent}
    for lent_on in sorted(left_of, reverse=True):
        for day in sorted(day for day in free if day >= lent_on):
            taken = min(amount, left_of[lent_on], free[day])
            chosen += [Piece(day, taken)] if taken else []
            free[day] -= taken
            left_of[lent_on] -= taken
            amount -= taken
    for day in sorted(free, reverse=True):
        taken = min(amount, free[day])
        chosen += [Piece(day, taken)] if taken else []
        amount -= taken
    return chosen
