"""Move, reverse, close, retire, begin a period: the operations of deeds, each all or nothing.

They raise Refused, because a deed ends with its first refusal; the batch of the group commit holds only holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.ledger.accounts import MAX_CREDITS, NEVER, Account, Piece, Unit, is_amount
from core.ledger.books import Books, Entry, PostingKind
from core.refusals import Because, Refused, refuse


@dataclass(frozen=True, slots=True)
class Move:
    """Move exactly `amount` credits, one posting per slice.

    Dates stay as they are, unless `given` names the receiver's own (a grant). Only slices that last to `not_before`
    (default: today) are taken. Sources have no slices: `given` is then required.
    """

    debit: str
    credit: str
    amount: int
    kind: PostingKind
    given: date | None = None
    not_before: date | None = None

    def apply(self, books: Books, entry: Entry) -> tuple[Piece, ...]:
        """Decide and write; return the pieces as the receiver got them. Raises Refused."""
        debit, credit = books.account(self.debit), books.account(self.credit)
        assert debit.id != credit.id, f"{debit.id} cannot pay itself"
        assert debit.unit is credit.unit, f"{debit.id} cannot pay {credit.id}: another unit"
        is_slice = credit.unit is Unit.CREDITS or credit.is_endless or self.given == NEVER
        assert is_slice, "an allowance is one slice without an end"
        if not is_amount(self.amount):
            raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=self.amount, most=MAX_CREDITS))
        if credit.closed_to is not None or debit.closed_to is not None:
            raise Refused(refuse(Because.CLOSED_ACCOUNT, account=credit.id if credit.closed_to else debit.id))
        pieces = self._pieces(debit, entry.today)
        # Nothing below may refuse.
        for piece in pieces:
            books.pay(entry, self.kind, debit=debit, credit=credit, piece=piece, given=self.given)
        books.tidy(entry, (debit, credit))
        return tuple(Piece(self.given or piece.expires_on, piece.amount) for piece in pieces)

    def _pieces(self, debit: Account, today: date) -> list[Piece]:
        if debit.is_endless:
            assert self.given is not None, "a source has no day of its own"
            return [Piece(None, self.amount)]
        outlive = max(self.not_before or today, today)
        pieces = debit.choose(min(self.amount, debit.free_on(today)), not_before=outlive)
        found = sum(piece.amount for piece in pieces)
        if found < self.amount:
            raise Refused(refuse(Because.OUT_OF_CREDITS, asked=self.amount, available=found, account=debit.id))
        return pieces


@dataclass(frozen=True, slots=True)
class Reverse:
    """Give back what a move brought: from free slices of the same day, then later ones, never earlier.

    `pieces` are as the receiver got them. The sender gets the original days; what expired in between stays expired.
    """

    debit: str
    credit: str
    pieces: tuple[Piece, ...]
    kind: PostingKind

    def apply(self, books: Books, entry: Entry) -> int:
        """Decide and write; return the credits given back. Raises Refused with what is left when some are used."""
        debit, credit = books.account(self.debit), books.account(self.credit)
        live = [piece for piece in self.pieces if piece.expires_on is not None and piece.expires_on >= entry.today]
        wanted = sum(piece.amount for piece in live)
        plan = _match(debit, live, today=entry.today)
        left = sum(taken.amount for taken, _ in plan)
        if left < wanted or debit.free_on(entry.today) < wanted:
            raise Refused(refuse(Because.ALREADY_USED, amount=wanted, left=min(left, debit.free_on(entry.today))))
        # Nothing below may refuse.
        for taken, day in plan:
            books.pay(entry, self.kind, debit=debit, credit=credit, piece=taken, given=day)
        books.tidy(entry, (debit, credit))
        return wanted


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give back a piece that a move brought as far as it is still there: from free slices of its day or later ones.

    The receiver gets the original day; a piece whose day has passed has expired where it was.
    """

    debit: str
    credit: str
    piece: Piece
    kind: PostingKind

    def apply(self, books: Books, entry: Entry) -> int:
        """Write; return the credits given back, 0 to all of them."""
        debit, credit = books.account(self.debit), books.account(self.credit)
        day = self.piece.expires_on or NEVER
        most = min(self.piece.amount, debit.free_on(entry.today))
        if day < entry.today or most <= 0:
            return 0
        plan = _match(debit, [Piece(day, most)], today=entry.today)
        for taken, original in plan:
            books.pay(entry, self.kind, debit=debit, credit=credit, piece=taken, given=original)
        books.tidy(entry, (debit, credit))
        return sum(taken.amount for taken, _ in plan)


@dataclass(frozen=True, slots=True)
class Close:
    """End an account: no new holds, and whatever is or becomes available or owed there moves on to `heir`.

    Raises Refused when the heir is closed and what it gets would come back.
    """

    account: str
    heir: str

    def apply(self, books: Books, entry: Entry) -> None:
        """Write; closing a closed account again changes nothing."""
        account = books.account(self.account)
        if account.closed_to is None:
            self._refuse_circle(books)
            account.closed_to = self.heir
            books.changed[account.id] = account
        books.tidy(entry, (account,))

    def _refuse_circle(self, books: Books) -> None:
        name: str | None = self.heir
        while name is not None:
            if name == self.account:
                raise Refused(refuse(Because.CLOSED_ACCOUNT, account=self.heir))
            name = books.account(name).closed_to


@dataclass(frozen=True, slots=True)
class BeginPeriod:
    """Start counting low-balance thresholds anew: what the account has now is what percentages refer to.

    What a hold made before costs afterwards belongs to the earlier period.
    """

    account: str

    def apply(self, books: Books, entry: Entry) -> None:
        """Write."""
        account = books.account(self.account)
        books.tidy(entry, (account,))
        account.period_base = account.credits - account.debits
        account.period_began = entry.at
        account.period_spent = 0
        account.marks_told = 0
        books.changed[account.id] = account


@dataclass(frozen=True, slots=True)
class SetFloor:
    """Set how far below zero calls may take the account; 0 is a hard limit."""

    account: str
    floor: int

    def apply(self, books: Books, entry: Entry) -> None:
        """Write."""
        account = books.account(self.account)
        account.floor = self.floor
        books.tidy(entry, (account,))
        books.changed[account.id] = account


@dataclass(frozen=True, slots=True)
class Retire:
    """Expire what is due on an account that nobody touched."""

    account: str

    def apply(self, books: Books, entry: Entry) -> int:
        """Write; return the credits that expired."""
        account = books.account(self.account)
        due = sum(piece.amount for piece in account.due(entry.today))
        books.tidy(entry, (account,))
        return due


def _match(debit: Account, wanted: Iterable[Piece], *, today: date) -> list[tuple[Piece, date]]:
    """Assign free slices to days: latest day first (it has the fewest slices), its own slice, then later ones."""
    free = {part.expires_on: part.free for part in debit.slices if part.expires_on >= today and part.free > 0}
    plan: list[tuple[Piece, date]] = []
    for piece in sorted(wanted, key=lambda piece: piece.expires_on or NEVER, reverse=True):
        day = piece.expires_on or NEVER
        plan += [(taken, day) for taken in _take(free, piece.amount, not_before=day)]
    return plan


def _take(free: dict[date, int], amount: int, *, not_before: date) -> list[Piece]:
    taken: list[Piece] = []
    for day in sorted(day for day, left in free.items() if day >= not_before and left):
        part = min(amount, free[day])
        if part:
            taken.append(Piece(day, part))
            free[day] -= part
            amount -= part
    return taken
