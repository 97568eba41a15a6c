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
    """How much of `most` a source can give, its allowance counted."""
    account = books.account(source.account)
    most = min(most, usable(account, now=now, today=today))
    if source.allowance is None or not most:
        return most
    return min(most, books.account(source.allowance).free_on(today))


def give_back(books: Books, hold: Hold, *, state: HoldState, now: datetime, today: date) -> None:
    touched: dict[str, Account] = {}
    for line in hold.lines:
        unreserve(books, line, touched=touched)
    gave_up = tuple(line for line in hold.lines if line.expires_on is not None and line.expires_on < today)
    books.changed.update(touched)
    verb = "expire" if state is HoldState.EXPIRED else "release"
    books.tidy(Entry(hold.organization_id, f"{hold.id}.{verb}", SYSTEM, now, today), touched.values())
    hold.state, hold.ended_at, hold.ending = state, now, Ending(0, gave_up=gave_up)
    books.ended_holds[hold.id] = hold


def unreserve(books: Books, line: Line, *, touched: dict[str, Account]) -> Account:
    account = touched[line.account] = books.account(line.account)
    account.unreserve(Piece(line.expires_on, line.amount))
    if line.allowance is not None:
        allowance = touched[line.allowance] = books.account(line.allowance)
        allowance.unreserve(Piece(NEVER, line.amount))
    return account
