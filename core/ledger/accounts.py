"""An account's balance in memory and the four primitives that change it: take, book, arrive, retire.

Credits are integers. `available = credits - debits - held`, and `sum(remaining) - owed = credits - debits` always.
The words follow TigerBeetle (two-phase transfers) and Formance (postings).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Final

NEVER: Final = date.max
"""The expiry of credits that never expire."""

MAX_CREDITS: Final = 10**15
"""The largest amount of one operation: far above any budget, and nine thousand of them still fit a BIGINT."""


def is_amount(amount: object) -> bool:
    """Whether this can be moved or held: a whole number of credits in range; a float never comes into the books."""
    return type(amount) is int and 0 < amount <= MAX_CREDITS


class Unit(StrEnum):
    """What an account counts."""

    CREDITS = "credits"
    ALLOWANCE = "allowance"


class Kind(StrEnum):
    """What an account is for. It is also the first part of the account's id."""

    BUDGET = "budget"
    PERSONAL = "personal"
    POOL = "pool"
    BOOST = "boost"
    ISSUED = "issued"
    SPENT = "spent"
    EXPIRED = "expired"
    ALLOWANCE = "allowance"
    ALLOTTED = "allotted"
    USED = "used"


ENDLESS: Final = frozenset({Kind.ISSUED, Kind.SPENT, Kind.EXPIRED, Kind.ALLOTTED, Kind.USED})
"""Sources and sinks: they keep no slices and may go below zero."""


def account_id(kind: Kind, owner_id: str) -> str:
    """The id of an account: its kind and its owner's id, so that postings read by themselves."""
    return f"{kind}:{owner_id}"


def owner_of(account: str) -> str:
    """The owner's id in an account's id."""
    return account.partition(":")[2]


def kind_of(account: str) -> Kind:
    """The kind in an account's id."""
    return Kind(account.partition(":")[0])


def spent_of(account: str) -> str:
    """Where what is spent from an account goes: one sink per owner, so that there is no hot sink row."""
    kind, _, owner = account.partition(":")
    return f"{Kind.USED if kind == Kind.ALLOWANCE else Kind.SPENT}:{owner}"


def expired_of(account: str) -> str:
    """Where what expires on an account goes."""
    return f"{Kind.EXPIRED}:{owner_of(account)}"


@dataclass(slots=True)
class Slice:
    """What is left of the credits that expire at the end of one day (in the organization's time zone)."""

    expires_on: date
    remaining: int
    held: int

    @property
    def free(self) -> int:
        """What no hold has reserved."""
        return self.remaining - self.held


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an amount with its expiry day; None where no slice backs it (overdraft, owed, sources)."""

    expires_on: date | None
    amount: int


@dataclass(slots=True)
class Account:
    """One account under lock. `unbacked` is what open holds reserve on overdraft, beyond the slices.

    Low-balance thresholds: `period_spent` of `period_base`, of which `marks_told` have been told since `period_began`.
    """

    organization_id: str
    id: str
    kind: Kind
    unit: Unit
    credits: int = 0
    debits: int = 0
    held: int = 0
    unbacked: int = 0
    owed: int = 0
    slices: list[Slice] = field(default_factory=list)
    floor: int = 0
    closed_to: str | None = None
    ends_at: datetime | None = None
    period_base: int = 0
    period_spent: int = 0
    marks_told: int = 0
    period_began: datetime | None = None
    version: int = 0

    @property
    def available(self) -> int:
        """What may still be authorised above zero, were nothing due."""
        return self.credits - self.debits - self.held

    @property
    def is_endless(self) -> bool:
        """Whether this is a source or a sink."""
        return self.kind in ENDLESS

    def free_on(self, today: date) -> int:
        """What may be reserved or moved today: free slices that are not due, less what is owed or held on overdraft."""
        slices = self.slices
        if not slices or slices[0].expires_on >= today:
            return max(0, self.credits - self.debits - self.held)
        return max(0, sum(part.free for part in slices if part.expires_on >= today) - self.owed - self.unbacked)

    @property
    def overdraft(self) -> int:
        """How much calls may still take beyond the slices.

        Counted against what is owed or held without a slice, not against the balance: free credits that would cover a
        part of it may expire before it is spent, and the account must not sink below its floor by that.
        """
        return max(0, -self.floor - self.owed - self.unbacked)

    @property
    def next_expiry(self) -> date | None:
        """The soonest day on which something free expires; None when nothing does."""
        return next((part.expires_on for part in self.slices if part.free > 0 and part.expires_on < NEVER), None)

    def slice_on(self, day: date) -> Slice:
        """The slice of a day, made when it does not exist."""
        at = bisect_left(self.slices, day, key=_DAY)
        if at < len(self.slices) and self.slices[at].expires_on == day:
            return self.slices[at]
        part = Slice(day, 0, 0)
        self.slices.insert(at, part)
        return part

    def choose(self, amount: int, *, not_before: date) -> list[Piece]:
        """Name `amount` of free credits, soonest first, of slices that last to `not_before` or longer."""
        chosen: list[Piece] = []
        for part in self.slices:
            if amount <= 0:
                break
            taken = min(amount, part.remaining - part.held) if part.expires_on >= not_before else 0
            if taken > 0:
                chosen.append(Piece(part.expires_on, taken))
                amount -= taken
        return chosen

    def reserve(self, piece: Piece) -> None:
        """Hold a piece."""
        self.held += piece.amount
        if piece.expires_on is None:
            self.unbacked += piece.amount
        else:
            self.slice_on(piece.expires_on).held += piece.amount

    def unreserve(self, piece: Piece) -> None:
        """Let a held piece go; it is free again."""
        self.held -= piece.amount
        if piece.expires_on is None:
            self.unbacked -= piece.amount
        else:
            self.slice_on(piece.expires_on).held -= piece.amount

    def give_out(self, piece: Piece) -> None:
        """Debit a free piece; without a day it is owed."""
        self.debits += piece.amount
        if self.is_endless:
            return
        if piece.expires_on is None:
            self.owed += piece.amount
            return
        part = self.slice_on(piece.expires_on)
        part.remaining -= piece.amount
        self._drop_if_empty(part)

    def arrive(self, piece: Piece) -> None:
        """Credit a piece; what is owed is paid by `pay_owed` afterwards. Without a day it pays what is owed at once."""
        self.credits += piece.amount
        if self.is_endless:
            return
        if piece.expires_on is None:
            self.owed -= piece.amount
        else:
            self.slice_on(piece.expires_on).remaining += piece.amount

    def pay_owed(self) -> None:
        """Free credits pay what is owed, soonest slice first; the balance does not change."""
        while self.owed > 0:
            part = next((part for part in self.slices if part.free > 0), None)
            if part is None:
                return
            paid = min(self.owed, part.free)
            part.remaining -= paid
            self.owed -= paid
            self._drop_if_empty(part)

    def due(self, today: date) -> list[Piece]:
        """The free part of slices whose day has passed."""
        return [Piece(part.expires_on, part.free) for part in self.slices if part.expires_on < today and part.free > 0]

    def _drop_if_empty(self, part: Slice) -> None:
        if part.remaining == 0 and part.held == 0:
            self.slices.remove(part)


_DAY = attrgetter("expires_on")
