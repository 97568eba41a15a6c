"""Release and expire: a hold ends without having paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.ledger.books import Books, Mark
from core.ledger.hold_ids import id_refusal
from core.ledger.holds import Ending, Hold, HoldState
from core.ledger.sources import give_back
from core.refusals import Because, Refusal, refuse


@dataclass(frozen=True, slots=True)
class Ended:
    """A hold that has ended. `marks` are crossings caused now, so a repetition has none."""

    hold_id: str
    state: HoldState
    ending: Ending
    marks: tuple[Mark, ...] = ()
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Give everything back: the call was never made, or cost nothing."""

    organization_id: str
    hold_id: str
    now: datetime
    today: date
    likely: tuple[str, ...] = ()

    def wants(self) -> list[str]:
        """The accounts to lock if the hint is right."""
        return list(self.likely)

    def apply(self, books: Books) -> Ended | Refusal:
        """Decide and write."""
        hold = running_or_released(books, self.hold_id, now=self.now)
        if isinstance(hold, Refusal):
            return hold
        if hold.state is HoldState.RELEASED:
            return Ended(hold.id, hold.state, hold.ending or Ending(0), is_replay=True)
        # Nothing below may refuse.
        give_back(books, hold, state=HoldState.RELEASED, now=self.now, today=self.today)
        return Ended(hold.id, hold.state, hold.ending or Ending(0))


@dataclass(frozen=True, slots=True)
class ExpireHold:
    """End a hold whose time is over; a hold that has ended or has been extended is left as it is."""

    organization_id: str
    hold_id: str
    now: datetime
    today: date

    def wants(self) -> list[str]:
        """Nothing is known before the hold is read."""
        return []

    def apply(self, books: Books) -> Ended | Refusal:
        """Decide and write."""
        hold = books.holds.get(self.hold_id)
        if hold is None:
            return refuse(Because.UNKNOWN_HOLD, id=self.hold_id)
        is_due = hold.state is HoldState.OPEN and self.now >= hold.expires_at
        if is_due:
            expire(books, hold, now=self.now, today=self.today)
        return Ended(hold.id, hold.state, hold.ending or Ending(0), is_replay=not is_due)


def running_or_released(books: Books, hold_id: str, *, now: datetime) -> Hold | Refusal:
    """A hold that was not spent, or the refusal of one that cannot be released or extended."""
    malformed = id_refusal(hold_id, now)
    if malformed is not None:
        return malformed
    hold = books.holds.get(hold_id)
    if hold is None:
        return refuse(Because.UNKNOWN_HOLD, id=hold_id)
    if hold.state is HoldState.SETTLED:
        return refuse(Because.HOLD_SETTLED, id=hold.id, settled=hold.ending.settled if hold.ending else 0)
    # A hold is over at its moment, whether or not the sweeper has come by.
    if hold.state is HoldState.EXPIRED or (hold.state is HoldState.OPEN and now >= hold.expires_at):
        return refuse(Because.HOLD_EXPIRED, id=hold.id)
    return hold


def expire(books: Books, hold: Hold, *, now: datetime, today: date) -> None:
    """End an open hold without a settlement."""
    give_back(books, hold, state=HoldState.EXPIRED, now=now, today=today)
