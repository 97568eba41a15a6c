"""Place and extend holds: the first phase of a call.

Everything that can refuse comes first; below the line that says so only writes happen. An operation that meets
accounts nobody loaded raises NeedsAccounts, and the whole batch is decided again with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.ledger.accounts import MAX_CREDITS, Account, Piece, is_amount
from core.ledger.books import Books, Entry
from core.ledger.ending import running_or_released
from core.ledger.hold_ids import id_refusal
from core.ledger.holds import Hold, HoldState, Line, Source
from core.ledger.sources import SYSTEM, overdraft, reach, reserve, unreserve, usable
from core.refusals import Because, Refusal, refuse


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that stands. `available` is what its sources still have free; `is_replay` that the id had held before."""

    hold_id: str
    amount: int
    lines: tuple[Line, ...]
    expires_at: datetime
    available: int
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Reserve `amount` credits from `sources` in their order until `expires_at`. `contents` tells repetitions apart."""

    organization_id: str
    hold_id: str
    amount: int
    sources: tuple[Source, ...]
    contents: str
    now: datetime
    today: date
    expires_at: datetime

    def wants(self) -> list[str]:
        """The accounts to lock."""
        return [name for source in self.sources for name in (source.account, source.allowance) if name is not None]

    def apply(self, books: Books) -> Held | Refusal:
        """Decide and write."""
        malformed = id_refusal(self.hold_id, self.now)
        if malformed is not None:
            return malformed
        earlier = books.holds.get(self.hold_id)
        if earlier is not None:
            return self._again(books, earlier)
        if not is_amount(self.amount):
            return refuse(Because.AMOUNT_OUT_OF_RANGE, amount=self.amount, most=MAX_CREDITS)
        touched: dict[str, Account] = {}
        lines, missing = self._reserve(books, touched)
        if missing:
            for line in lines:
                unreserve(books, line, touched=touched)
            return refuse(Because.OUT_OF_CREDITS, asked=self.amount, available=self.amount - missing)
        # Nothing below may refuse.
        books.changed.update(touched)
        books.tidy(self._entry(), touched.values())
        hold = Hold(
            self.organization_id,
            self.hold_id,
            self.contents,
            HoldState.OPEN,
            self.amount,
            tuple(lines),
            self.now,
            self.expires_at,
        )
        books.holds[hold.id] = hold
        books.new_holds[hold.id] = hold
        return Held(hold.id, hold.amount, hold.lines, hold.expires_at, self._available(books))

    def _entry(self) -> Entry:
        return Entry(self.organization_id, f"{self.hold_id}.hold", SYSTEM, self.now, self.today)

    def _again(self, books: Books, earlier: Hold) -> Held | Refusal:
        if earlier.contents != self.contents:
            return refuse(Because.SAME_ID_OTHER_CONTENTS, id=self.hold_id)
        available = self._available(books)
        return Held(earlier.id, earlier.amount, earlier.lines, earlier.expires_at, available, is_replay=True)

    def _available(self, books: Books) -> int:
        return sum(usable(books.account(source.account), now=self.now, today=self.today) for source in self.sources)

    def _reserve(self, books: Books, touched: dict[str, Account]) -> tuple[list[Line], int]:
        """Reserve slices along the sources, then overdraft; return the lines and what is still missing.

        Each piece is reserved as it is chosen, so that sources may share an account or an allowance.
        """
        missing = self.amount
        lines: list[Line] = []
        for source in self.sources:
            part = reach(books, source, most=missing, now=self.now, today=self.today)
            pieces = books.account(source.account).choose(part, not_before=self.today) if part else ()
            lines += [reserve(books, source, piece=piece, touched=touched) for piece in pieces]
            missing -= part
            if not missing:
                return lines, 0
        for source in self.sources:
            room = overdraft(books, source, most=missing, now=self.now, today=self.today)
            if room:
                lines.append(reserve(books, source, piece=Piece(None, room), touched=touched))
                missing -= room
        return lines, missing


@dataclass(frozen=True, slots=True)
class ExtendHold:
    """Let an open hold live until `expires_at`, never shorter than before."""

    organization_id: str
    hold_id: str
    now: datetime
    today: date
    expires_at: datetime
    likely: tuple[str, ...] = ()

    def wants(self) -> list[str]:
        """The accounts to lock if the hint is right: a hold changes only under its accounts' locks."""
        return list(self.likely)

    def apply(self, books: Books) -> Held | Refusal:
        """Decide and write."""
        hold = running_or_released(books, self.hold_id, now=self.now)
        if isinstance(hold, Refusal):
            return hold
        if hold.state is HoldState.RELEASED:
            return refuse(Because.HOLD_RELEASED, id=hold.id)
        for line in hold.lines:
            books.account(line.account)
        if self.expires_at > hold.expires_at:
            hold.expires_at = self.expires_at
            books.ended_holds[hold.id] = hold
        return Held(hold.id, hold.amount, hold.lines, hold.expires_at, 0)
