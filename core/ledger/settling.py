"""Settle: book what a call really cost, from the hold's own slices first, then along the spending order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from core.ledger.accounts import MAX_CREDITS, NEVER, Account, Piece, expired_of, spent_of
from core.ledger.books import Books, Entry, Mark, PostingKind
from core.ledger.ending import Ended, expire
from core.ledger.hold_ids import id_refusal
from core.ledger.holds import Ending, Hold, HoldState, Line, Source
from core.ledger.sources import SYSTEM, reach, unreserve
from core.refusals import Because, Refusal, refuse

PERCENTS: Final = (50, 75, 85, 95)
"""Low-balance thresholds in percent spent."""

EXHAUSTED: Final = 100
"""The mark that says nothing is left, neither free nor held."""


@dataclass(frozen=True, slots=True)
class SettleHold:
    """Book what a call really cost. `sources` is the spending order for an overrun, `personal` owes the rest.

    `likely` names the hold's accounts, so that the first load has them; it is a hint, never trusted.
    """

    organization_id: str
    hold_id: str
    actual: int
    sources: tuple[Source, ...]
    personal: str
    now: datetime
    today: date
    likely: tuple[str, ...] = ()

    def wants(self) -> list[str]:
        """The accounts to lock if the hint is right and the hold covers the cost."""
        return [name for account in self.likely for name in (account, spent_of(account))]

    def apply(self, books: Books) -> Ended | Refusal:
        """Decide and write."""
        hold = books.holds.get(self.hold_id)
        refusal = self._refusal(hold)
        if hold is None or refusal is not None:
            return refusal or refuse(Because.UNKNOWN_HOLD, id=self.hold_id)
        if hold.state is HoldState.SETTLED and hold.ending is not None:
            return Ended(hold.id, hold.state, hold.ending, is_replay=True)
        # Nothing below may refuse: what was spent is always booked.
        if hold.state is HoldState.OPEN and self.now >= hold.expires_at:
            expire(books, hold, now=self.now, today=self.today)
        is_late = hold.state is HoldState.EXPIRED
        bill = _Bill(books, entry=self._entry(is_late=is_late), hold=hold, is_late=is_late)
        left = bill.late(self.actual) if is_late else bill.lines(self.actual)
        left = bill.walk(self.sources, left)
        bill.owe(self.personal, left)
        overrun = max(0, self.actual - hold.amount)
        gave_up = hold.ending.gave_up if hold.ending else ()
        ending = Ending(self.actual, dict(bill.charged), overrun, left, is_late, gave_up)
        hold.state, hold.ending, hold.ended_at = HoldState.SETTLED, ending, self.now
        books.ended_holds[hold.id] = hold
        return Ended(hold.id, hold.state, ending, bill.close())

    def _refusal(self, hold: Hold | None) -> Refusal | None:
        malformed = id_refusal(self.hold_id, self.now)
        if malformed is not None:
            return malformed
        if not 0 <= self.actual <= MAX_CREDITS:
            return refuse(Because.AMOUNT_OUT_OF_RANGE, amount=self.actual, most=MAX_CREDITS)
        if hold is None:
            return refuse(Because.UNKNOWN_HOLD, id=self.hold_id)
        if hold.state is HoldState.RELEASED:
            return refuse(Because.HOLD_RELEASED, id=hold.id)
        if hold.state is HoldState.SETTLED and hold.ending is not None and hold.ending.settled != self.actual:
            return refuse(Because.HOLD_SETTLED, id=hold.id, settled=hold.ending.settled)
        return None

    def _entry(self, *, is_late: bool) -> Entry:
        operation = f"{self.hold_id}.late" if is_late else f"{self.hold_id}.settle"
        return Entry(self.organization_id, operation, SYSTEM, self.now, self.today)


class _Bill:
    """Spends for one settlement and remembers from where."""

    def __init__(self, books: Books, *, entry: Entry, hold: Hold, is_late: bool) -> None:
        self.books = books
        self.entry = entry
        self.hold = hold
        self.beyond = PostingKind.LATE if is_late else PostingKind.OVERRUN
        self.charged: defaultdict[str, int] = defaultdict(int)
        self.touched: dict[str, Account] = {}

    def lines(self, actual: int) -> int:
        """Spend the hold's own slices in the order they were held, let the rest go; return what they do not cover."""
        for line in self.hold.lines:
            unreserve(self.books, line, touched=self.touched)
        for line in self.hold.lines:
            used = min(actual, line.amount)
            if used:
                self._spend_line(replace(line, amount=used), PostingKind.SPEND)
                actual -= used
        return actual

    def late(self, actual: int) -> int:
        """Take back what the hold gave up when it expired, and spend it; return what that does not cover."""
        for line in self.hold.ending.gave_up if self.hold.ending else ():
            used = min(actual, line.amount)
            if used:
                account = self.touched[line.account] = self.books.account(line.account)
                sink = self.books.account(expired_of(account.id))
                piece = Piece(line.expires_on, used)
                self.books.pay(self.entry, PostingKind.UNEXPIRE, debit=sink, credit=account, piece=piece)
                self._spend_line(replace(line, amount=used), PostingKind.LATE)
                actual -= used
        return actual

    def walk(self, sources: tuple[Source, ...], missing: int) -> int:
        """Take from the spending order what is free there; return what nobody has."""
        for source in sources if missing else ():
            account = self.books.account(source.account)
            part = reach(self.books, source, most=missing, now=self.entry.at, today=self.entry.today)
            for piece in account.choose(part, not_before=self.entry.today):
                line = Line(account.id, piece.expires_on, piece.amount, source.allowance)
                self._spend_line(line, self.beyond)
            missing -= part
        return missing

    def owe(self, personal: str, amount: int) -> None:
        """Book on personal what nobody has."""
        if amount:
            self._spend(self.books.account(personal), Piece(None, amount), kind=self.beyond)

    def close(self) -> tuple[Mark, ...]:
        """Tidy what was touched and say which thresholds were crossed."""
        self.books.changed.update(self.touched)
        self.books.tidy(self.entry, self.touched.values())
        marks = (_mark(account, self.charged[name]) for name, account in self.touched.items() if name in self.charged)
        return tuple(mark for mark in marks if mark is not None)

    def _spend_line(self, line: Line, kind: PostingKind) -> None:
        account = self.books.account(line.account)
        left = line.amount
        if line.expires_on is None:
            # Held on overdraft: credits that came in since pay first, the rest is owed.
            for piece in account.choose(left, not_before=self.entry.today):
                self._spend(account, piece, kind=kind)
                left -= piece.amount
        if left:
            self._spend(account, Piece(line.expires_on, left), kind=kind)
        if line.allowance is not None:
            self._use_allowance(self.books.account(line.allowance), line.amount, kind=kind)

    def _use_allowance(self, allowance: Account, amount: int, *, kind: PostingKind) -> None:
        self.touched[allowance.id] = allowance
        backed = min(amount, allowance.free_on(self.entry.today))
        sink = self.books.account(spent_of(allowance.id))
        self.books.pay(self.entry, kind, debit=allowance, credit=sink, piece=Piece(NEVER, backed))
        self.books.pay(self.entry, kind, debit=allowance, credit=sink, piece=Piece(None, amount - backed))

    def _spend(self, account: Account, piece: Piece, *, kind: PostingKind) -> None:
        self.touched[account.id] = account
        sink = self.books.account(spent_of(account.id))
        self.books.pay(self.entry, kind, debit=account, credit=sink, piece=piece)
        self.charged[account.id] += piece.amount
        if account.period_began is not None and self.hold.created_at < account.period_began:
            account.period_base -= piece.amount  # it was the earlier period's: not carried into this one after all
        else:
            account.period_spent += piece.amount


def _mark(account: Account, charged: int) -> Mark | None:
    """The highest threshold newly reached: spent ÷ (carried + granted + received - sent), or nothing left."""
    if account.period_base <= 0 or not charged:
        return None
    reached = sum(account.period_spent * 100 >= account.period_base * percent for percent in PERCENTS)
    if account.credits <= account.debits:
        reached = len(PERCENTS) + 1
    if reached <= account.marks_told:
        return None
    account.marks_told = reached
    return Mark(account.id, (*PERCENTS, EXHAUSTED)[reached - 1])
