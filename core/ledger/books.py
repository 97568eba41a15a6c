"""The accounts and holds of one batch, locked and in memory, and what the batch did to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from core.ledger.accounts import Account, Piece, expired_of
from core.ledger.holds import Hold
from core.refusals import Because, Refusal, Refused


class PostingKind(StrEnum):
    """Why credits moved."""

    ISSUE = "issue"
    ALLOCATE = "allocate"
    GRANT = "grant"
    WITHDRAW = "withdraw"
    SEND = "send"
    UNDO = "undo"
    PAYBACK = "payback"
    SPEND = "spend"
    OVERRUN = "overrun"
    LATE = "late"
    EXPIRE = "expire"
    UNEXPIRE = "unexpire"
    CLOSE = "close"
    ALLOT = "allot"
    ABSENCE = "absence"
    ABSENCE_RETURN = "absence_return"
    GRACE = "grace"
    BOOST = "boost"
    DRAW = "draw"
    REPLENISH = "replenish"


_NO_INCOME: Final = frozenset(
    {PostingKind.SPEND, PostingKind.OVERRUN, PostingKind.LATE, PostingKind.EXPIRE, PostingKind.UNEXPIRE}
)
"""What does not change how much an account had this period: percentages are of carried + granted + received - sent."""


class Posting(NamedTuple):
    """One movement, never changed again: a row of `postings`, in the order of its columns.

    Days are the slice's expiry as taken and as given; None where no slice is.
    """

    organization_id: str
    operation_id: str
    line: int
    debit: str
    credit: str
    amount: int
    kind: PostingKind
    taken: date | None
    given: date | None
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What all postings of one operation share. `today` is the day in the organization's time zone."""

    organization_id: str
    operation_id: str
    actor_id: str
    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Mark:
    """A low-balance threshold that an account crossed: `percent` spent of what it had this period; 100 is exhausted."""

    account: str
    percent: int


class NeedsAccounts(Exception):
    """Raised by the machine when an operation reaches accounts that were not loaded; nothing of the batch counts."""

    def __init__(self, *ids: str) -> None:
        super().__init__(*ids)
        self.ids = ids


@dataclass(slots=True)
class Books:
    """One organization's locked accounts and holds, and everything that is to be written.

    An operation that returns a refusal has changed nothing. One that raises may have: its books are thrown away.
    """

    accounts: dict[str, Account]
    holds: dict[str, Hold] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    postings: list[Posting] = field(default_factory=list)
    changed: dict[str, Account] = field(default_factory=dict)
    new_holds: dict[str, Hold] = field(default_factory=dict)
    ended_holds: dict[str, Hold] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def account(self, account: str) -> Account:
        """The account. Raises NeedsAccounts when it was not loaded, Refused when there is none."""
        found = self.accounts.get(account)
        if found is not None:
            return found
        if account in self.absent:
            raise Refused(Refusal(Because.UNKNOWN_ACCOUNT, {"account": account}))
        raise NeedsAccounts(account)

    def pay(
        self,
        entry: Entry,
        kind: PostingKind,
        *,
        debit: Account,
        credit: Account,
        piece: Piece,
        given: date | None = None,
    ) -> None:
        """Move a free piece; `given` is the expiry that the receiver gets, by default the piece's own."""
        if piece.amount == 0:
            return
        arrives = piece.expires_on if given is None else given
        debit.give_out(piece)
        credit.arrive(Piece(arrives, piece.amount))
        self.changed[debit.id] = debit
        self.changed[credit.id] = credit
        if kind not in _NO_INCOME:
            debit.period_base -= piece.amount
            credit.period_base += piece.amount
        line = self.lines.get(entry.operation_id, 0)
        self.lines[entry.operation_id] = line + 1
        self.postings.append(
            Posting(
                entry.organization_id,
                entry.operation_id,
                line,
                debit.id,
                credit.id,
                piece.amount,
                kind,
                piece.expires_on,
                arrives,
                entry.actor_id,
                entry.at,
            )
        )

    def tidy(self, entry: Entry, accounts: Iterable[Account]) -> None:
        """What every operation does last to each account it touched: retire due slices, pay owed, empty the closed.

        Until then due slices are not free, so it does not matter that they go last.
        """
        for account in accounts:
            if not account.is_endless:
                self._tidy_one(entry, account)

    def _tidy_one(self, entry: Entry, account: Account) -> None:
        slices = account.slices
        if slices and slices[0].expires_on < entry.today:
            self._retire(entry, account)
        if account.owed:
            account.pay_owed()
        if account.closed_to is not None:
            self._empty(entry, account, heir=self.account(account.closed_to))

    def _retire(self, entry: Entry, account: Account) -> None:
        for piece in account.due(entry.today):
            self.pay(entry, PostingKind.EXPIRE, debit=account, credit=self.account(expired_of(account.id)), piece=piece)

    def _empty(self, entry: Entry, account: Account, *, heir: Account) -> None:
        pieces = [Piece(part.expires_on, part.free) for part in account.slices if part.free > 0]
        owed = account.owed
        for piece in pieces:
            self.pay(entry, PostingKind.CLOSE, debit=account, credit=heir, piece=piece)
        if owed:
            self.pay(entry, PostingKind.CLOSE, debit=heir, credit=account, piece=Piece(None, owed))
        if pieces or owed:
            self._tidy_one(entry, heir)
