"""What holding, settling and ending share: which account may pay how much, and how a hold gives back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from core.ledger.accounts import NEVER, Account, Piece
from core.ledger.books import Books, Entry
from core.ledger.holds import Ending, Hold, HoldState, Line, Source

SYSTEM: Final = "system"


def is_open(account: Account, now: datetime) -> bool:
    """Whether an account takes new holds: not closed, and its end (a boost's) is not reached."""
    return account.closed_to is None and (account.ends_at is None or now < account.ends_at)


def usable(account: Account, *, now: datetime, today: date) -> int:
    """What new holds may take from an account without overdraft."""
    return account.free_on(today) if is_open(account, now) else 0


def reach(books: Books, source: Source, *, most: int, now: datetime, today: date) -> int:
    """How much of `most` a source can give out of its slices, its allowance counted."""
    most = min(most, usable(books.account(source.account), now=now, today=today))
    return _allowed(books, source, most=most, today=today)


def overdraft(books: Books, source: Source, *, most: int, now: datetime, today: date) -> int:
    """How much of `most` a source can give beyond its slices, its allowance counted."""
    account = books.account(source.account)
    return _allowed(books, source, most=min(most, account.overdraft), today=today) if is_open(account, now) else 0


def _allowed(books: Books, source: Source, *, most: int, today: date) -> int:
    if source.allowance is None or not most:
        return most
    return min(most, books.account(source.allowance).free_on(today))


def reserve(books: Books, source: Source, *, piece: Piece, touched: dict[str, Account]) -> Line:
    """Hold a piece of a source, and as much of its allowance."""
    account = touched[source.account] = books.account(source.account)
    account.reserve(piece)
    if source.allowance is not None:
        allowance = touched[source.allowance] = books.account(source.allowance)
        allowance.reserve(Piece(NEVER, piece.amount))
    return Line(source.account, piece.expires_on, piece.amount, source.allowance)


def unreserve(books: Books, line: Line, *, touched: dict[str, Account]) -> None:
    """Let a held line go; it is free again."""
    account = touched[line.account] = books.account(line.account)
    account.unreserve(Piece(line.expires_on, line.amount))
    if line.allowance is not None:
        allowance = touched[line.allowance] = books.account(line.allowance)
        allowance.unreserve(Piece(NEVER, line.amount))


def give_back(books: Books, hold: Hold, *, state: HoldState, now: datetime, today: date) -> None:
    """End a hold that paid nothing; what it gives back after its day expires at once."""
    touched: dict[str, Account] = {}
    for line in hold.lines:
        unreserve(books, line, touched=touched)
    gave_up = tuple(line for line in hold.lines if line.expires_on is not None and line.expires_on < today)
    books.changed.update(touched)
    verb = "expire" if state is HoldState.EXPIRED else "release"
    books.tidy(Entry(hold.organization_id, f"{hold.id}.{verb}", SYSTEM, now, today), touched.values())
    hold.state, hold.ended_at, hold.ending = state, now, Ending(0, gave_up=gave_up)
    books.ended_holds[hold.id] = hold
