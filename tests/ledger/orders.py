"""Commands on holds as the state machine draws them: what the book is asked, and what the model says it must answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core.ledger.book import Operation
from core.ledger.ending import Ended, ExpireHold, ReleaseHold
from core.ledger.hold_ids import first_id_at
from core.ledger.holding import ExtendHold, Held, PlaceHold
from core.ledger.holds import Line, Source
from core.ledger.settling import SettleHold
from core.refusals import Refusal
from tests.ledger.backends import ORG
from tests.ledger.model import Hold, Model, Short

BUDGET, PROJECT, POOL = "budget:acme", "budget:project", "pool:team"
ANN, BOB, BOOST = "personal:ann", "personal:bob", "boost:ann"
RATE, DRAWS = "allowance:ann-rate", "allowance:ann-draws"

ROUTES: tuple[tuple[Source, ...], ...] = (
    (Source(ANN),),
    (Source(BOB),),
    (Source(BOOST), Source(ANN)),
    (Source(BOOST), Source(PROJECT), Source(ANN), Source(POOL, DRAWS)),
    (Source(PROJECT, RATE), Source(ANN, RATE)),
    (Source(BOB, RATE), Source(BOB), Source(POOL, DRAWS)),
)
LIFE = timedelta(days=35)

Answer = tuple[object, ...]


@dataclass
class Ids:
    """Hold ids by number, made when first named."""

    made: dict[int, datetime]

    def of(self, number: int, now: datetime) -> str:
        return f"{first_id_at(self.made.setdefault(number, now))}{number:016}"

    def is_too_old(self, number: int, now: datetime) -> bool:
        return now - self.made[number] > LIFE


@dataclass(frozen=True)
class Order:
    """A command about the hold with this number."""

    number: int

    def operation(self, ids: Ids, now: datetime) -> Operation[Held | Ended]:
        raise NotImplementedError

    def expected(self, model: Model, ids: Ids) -> Answer:
        hold_id = ids.of(self.number, model.now)
        if ids.is_too_old(self.number, model.now):
            return ("refused", "hold_too_old")
        hold = model.holds.get(hold_id)
        return self.decide(model, hold_id, hold) if hold else self.unknown(model, hold_id)

    def unknown(self, model: Model, hold_id: str) -> Answer:
        return ("refused", "unknown_hold")

    def decide(self, model: Model, hold_id: str, hold: Hold) -> Answer:
        raise NotImplementedError


@dataclass(frozen=True)
class Place(Order):
    amount: int
    route: int
    minutes: int

    def operation(self, ids: Ids, now: datetime) -> PlaceHold:
        until = now + timedelta(minutes=self.minutes)
        name, today = ids.of(self.number, now), now.date()
        return PlaceHold(ORG, name, self.amount, ROUTES[self.route], self._contents, now, today, until)

    @property
    def _contents(self) -> str:
        return f"{self.amount} {self.route}"

    def decide(self, model: Model, hold_id: str, hold: Hold) -> Answer:
        if hold.contents != self._contents:
            return ("refused", "same_id_other_contents")
        return self._held(model, hold, is_replay=True)

    def unknown(self, model: Model, hold_id: str) -> Answer:
        if self.amount <= 0:
            return ("refused", "amount_out_of_range")
        until = model.now + timedelta(minutes=self.minutes)
        try:
            hold = model.place(
                hold_id, amount=self.amount, sources=ROUTES[self.route], contents=self._contents, until=until
            )
        except Short as short:
            return ("refused", "out_of_credits", self.amount, short.found)
        return self._held(model, hold, is_replay=False)

    def _held(self, model: Model, hold: Hold, *, is_replay: bool) -> Answer:
        available = sum(model.usable(source.account) for source in ROUTES[self.route])
        return ("held", self.amount, _lines(hold), hold.expires, available, is_replay)


@dataclass(frozen=True)
class Settle(Order):
    actual: int
    route: int
    hint: bool

    def operation(self, ids: Ids, now: datetime) -> SettleHold:
        likely = tuple(source.account for source in ROUTES[self.route]) if self.hint else ()
        name, today = ids.of(self.number, now), now.date()
        return SettleHold(ORG, name, self.actual, ROUTES[self.route], ANN, now, today, likely)

    def expected(self, model: Model, ids: Ids) -> Answer:
        ids.of(self.number, model.now)
        if self.actual < 0 and not ids.is_too_old(self.number, model.now):
            return ("refused", "amount_out_of_range")
        return super().expected(model, ids)

    def decide(self, model: Model, hold_id: str, hold: Hold) -> Answer:
        if hold.state == "released":
            return ("refused", "hold_released")
        if hold.state == "settled":
            same = hold.answer is not None and hold.answer["settled"] == self.actual
            return _ended(hold, is_replay=True) if same else ("refused", "hold_settled")
        marks = model.settle(hold, actual=self.actual, sources=ROUTES[self.route], personal=ANN)
        return _ended(hold, marks=marks)


@dataclass(frozen=True)
class Release(Order):
    def operation(self, ids: Ids, now: datetime) -> ReleaseHold:
        return ReleaseHold(ORG, ids.of(self.number, now), now, now.date())

    def decide(self, model: Model, hold_id: str, hold: Hold) -> Answer:
        if hold.state == "settled":
            return ("refused", "hold_settled")
        if hold.state == "released":
            return _ended(hold, is_replay=True)
        if hold.state == "expired" or model.now >= hold.expires:
            return ("refused", "hold_expired")
        model.give_back(hold, "released")
        return _ended(hold)


@dataclass(frozen=True)
class Expire(Order):
    def operation(self, ids: Ids, now: datetime) -> ExpireHold:
        return ExpireHold(ORG, ids.of(self.number, now), now, now.date())

    def expected(self, model: Model, ids: Ids) -> Answer:
        """The sweeper takes what is open, however old."""
        hold = model.holds.get(ids.of(self.number, model.now))
        if hold is None:
            return ("refused", "unknown_hold")
        is_due = hold.state == "open" and model.now >= hold.expires
        if is_due:
            model.give_back(hold, "expired")
        return _ended(hold, is_replay=not is_due)


@dataclass(frozen=True)
class Extend(Order):
    minutes: int

    def operation(self, ids: Ids, now: datetime) -> ExtendHold:
        return ExtendHold(ORG, ids.of(self.number, now), now, now.date(), now + timedelta(minutes=self.minutes))

    def decide(self, model: Model, hold_id: str, hold: Hold) -> Answer:
        if hold.state != "open" or model.now >= hold.expires:
            return ("refused", "hold_expired" if hold.state == "open" else f"hold_{hold.state}")
        hold.expires = max(hold.expires, model.now + timedelta(minutes=self.minutes))
        return ("held", len(hold.credits), _lines(hold), hold.expires, 0, False)


def answer_of(outcome: Held | Ended | Refusal) -> Answer:
    """What the book said, in the model's form."""
    if isinstance(outcome, Refusal):
        facts = (outcome.facts[name] for name in ("asked", "available") if name in outcome.facts)
        return ("refused", outcome.because.value, *facts)
    if isinstance(outcome, Held):
        return ("held", outcome.amount, outcome.lines, outcome.expires_at, outcome.available, outcome.is_replay)
    ending = outcome.ending
    facts_ = (ending.settled, ending.charged, ending.overrun, ending.owed, ending.is_late)
    marks = {(mark.account, mark.percent) for mark in outcome.marks}
    return ("ended", outcome.state.value, *facts_, marks, outcome.is_replay)


def lasting(answer: Answer) -> Answer:
    """The part of an answer that a repetition has too; a refusal has all of it."""
    return answer[:4] if answer[0] == "held" else answer[:7]


def _ended(hold: Hold, *, marks: set[tuple[str, int]] | None = None, is_replay: bool = False) -> Answer:
    facts = (hold.answer or {"settled": 0, "charged": {}, "overrun": 0, "owed": 0, "is_late": False}).values()
    return ("ended", hold.state, *facts, marks or set(), is_replay)


def _lines(hold: Hold) -> tuple[Line, ...]:
    """Credits of one slice that were held one after the other are one line."""
    runs = [(credit, len(list(run))) for credit, run in groupby(hold.credits)]
    return tuple(Line(credit.account, credit.day, amount, credit.allowance) for credit, amount in runs)
