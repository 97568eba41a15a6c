"""The rules of holding and ending, one story each, on the machine alone."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.ledger.accounts import NEVER, Account, Slice, Unit, expired_of, kind_of, spent_of
from core.ledger.books import Books, Entry, Mark, PostingKind
from core.ledger.ending import Ended, ExpireHold, ReleaseHold
from core.ledger.hold_ids import HOLD_LIFE, first_id_at
from core.ledger.holding import ExtendHold, Held, PlaceHold
from core.ledger.holds import Source
from core.ledger.moving import BeginPeriod, Close, Move, SetFloor
from core.ledger.settling import SettleHold
from core.refusals import Because, Refusal, Refused

NOW = datetime(2026, 3, 2, 23, 50, tzinfo=UTC)
MONDAY, TUESDAY, JUNE = NOW.date(), date(2026, 3, 3), date(2026, 6, 30)
TTL = timedelta(minutes=15)
LATER = NOW + timedelta(minutes=20)
ANN, BOOST, POOL, DRAWS, BUDGET = "personal:ann", "boost:b", "pool:team", "allowance:ann", "budget:team"
ONLY_ANN = (Source(ANN),)


@dataclass
class Ledger:
    """Ann and her team in memory; `now` moves."""

    books: Books = field(default_factory=lambda: Books({}))
    now: datetime = NOW

    def has(self, name: str, *slices: tuple[date, int], ends_at: datetime | None = None) -> None:
        unit = Unit.ALLOWANCE if name == DRAWS else Unit.CREDITS
        total = sum(amount for _, amount in slices)
        parts = [Slice(day, amount, 0) for day, amount in slices]
        for sink in (spent_of(name), expired_of(name)):
            self.books.accounts.setdefault(sink, Account("org", sink, kind_of(sink), unit))
        self.books.accounts[name] = Account(
            "org", name, kind_of(name), unit, credits=total, slices=parts, period_base=total, ends_at=ends_at
        )

    def hold(self, number: int, amount: int, *sources: Source, contents: str = "") -> Held | Refusal:
        today, until = self.now.date(), self.now + TTL
        return PlaceHold(
            "org", hold_id(number), amount, sources or ONLY_ANN, contents or str(amount), self.now, today, until
        ).apply(self.books)

    def settle(self, number: int, actual: int, *sources: Source) -> Ended | Refusal:
        return SettleHold("org", hold_id(number), actual, sources or ONLY_ANN, ANN, self.now, self.now.date()).apply(
            self.books
        )

    def release(self, number: int) -> Ended | Refusal:
        return ReleaseHold("org", hold_id(number), self.now, self.now.date()).apply(self.books)

    def expire(self, number: int) -> Ended | Refusal:
        return ExpireHold("org", hold_id(number), self.now, self.now.date()).apply(self.books)

    def extend(self, number: int) -> Held | Refusal:
        return ExtendHold("org", hold_id(number), self.now, self.now.date(), self.now + TTL).apply(self.books)

    def entry(self) -> Entry:
        return Entry("org", "op", "system:test", self.now, self.now.date())

    def sheet(self, name: str = ANN) -> dict[str, object]:
        account = self.books.accounts[name]
        slices = {part.expires_on.isoformat(): (part.remaining, part.held) for part in account.slices}
        return {"slices": slices, "owed": account.owed, "overdraft held": account.unbacked}

    def total(self, name: str) -> int:
        account = self.books.accounts[name]
        return account.credits - account.debits


def hold_id(number: int, *, at: datetime = NOW) -> str:
    return f"{first_id_at(at)}{number:016}"


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.has(ANN, (MONDAY, 30), (JUNE, 100))
    return made


def because(outcome: Held | Ended | Refusal) -> Because:
    assert isinstance(outcome, Refusal)
    return outcome.because


def ended(outcome: Ended | Refusal) -> Ended:
    assert isinstance(outcome, Ended)
    return outcome


def test_a_hold_takes_what_expires_soonest_and_is_spent_after_midnight(ledger: Ledger) -> None:
    ledger.hold(1, 50)
    ledger.now += timedelta(minutes=14)
    assert ended(ledger.settle(1, 40)).ending.charged == {ANN: 40}
    assert ledger.sheet() == {"slices": {"2026-06-30": (90, 0)}, "owed": 0, "overdraft held": 0}
    assert (ledger.total("spent:ann"), ledger.total("expired:ann")) == (40, 0)


def test_what_a_hold_gives_back_after_its_day_expires_at_once(ledger: Ledger) -> None:
    ledger.hold(1, 50)
    ledger.now += timedelta(minutes=14)
    ledger.release(1)
    assert ledger.sheet() == {"slices": {"2026-06-30": (100, 0)}, "owed": 0, "overdraft held": 0}
    assert ledger.total("expired:ann") == 30


def test_a_late_settlement_takes_back_what_its_own_hold_gave_up(ledger: Ledger) -> None:
    ledger.hold(1, 50)
    ledger.now = LATER
    ledger.expire(1)
    assert (ledger.total(ANN), ledger.total("expired:ann")) == (100, 30)
    ending = ended(ledger.settle(1, 45)).ending
    assert (ending.is_late, ending.charged, ending.overrun, ending.owed) == (True, {ANN: 45}, 0, 0)
    assert (ledger.total(ANN), ledger.total("expired:ann"), ledger.total("spent:ann")) == (85, 0, 45)


def test_an_overrun_walks_the_whole_order_and_the_rest_is_owed_on_personal(ledger: Ledger) -> None:
    ledger.has(POOL, (JUNE, 500))
    ledger.has(DRAWS, (NEVER, 20))
    ledger.hold(1, 130)
    ending = ended(ledger.settle(1, 170, Source(ANN), Source(POOL, DRAWS))).ending
    assert (ending.charged, ending.overrun, ending.owed) == ({ANN: 150, POOL: 20}, 40, 20)
    assert ledger.sheet() == {"slices": {}, "owed": 20, "overdraft held": 0}
    assert ledger.sheet(DRAWS)["slices"] == {}


def test_overdraft_obeys_the_floor_and_the_allowance(ledger: Ledger) -> None:
    ledger.has(POOL)
    ledger.has(DRAWS, (NEVER, 20))
    SetFloor(POOL, -50).apply(ledger.books, ledger.entry())
    assert because(ledger.hold(1, 151, Source(ANN), Source(POOL, DRAWS))) is Because.OUT_OF_CREDITS
    assert isinstance(ledger.hold(2, 150, Source(ANN), Source(POOL, DRAWS)), Held)
    assert ledger.sheet(POOL) == {"slices": {}, "owed": 0, "overdraft held": 20}
    assert ledger.sheet(DRAWS)["slices"] == {NEVER.isoformat(): (20, 20)}
    ledger.settle(2, 145, Source(ANN))
    assert ledger.sheet(POOL) == {"slices": {}, "owed": 15, "overdraft held": 0}
    assert ledger.sheet(DRAWS)["slices"] == {NEVER.isoformat(): (5, 0)}


def test_several_overdraft_holds_stay_above_the_floor_whatever_expires(ledger: Ledger) -> None:
    SetFloor(ANN, -50).apply(ledger.books, ledger.entry())
    assert isinstance(ledger.hold(1, 160), Held)
    assert because(ledger.hold(2, 21)) is Because.OUT_OF_CREDITS
    assert isinstance(ledger.hold(3, 20), Held)
    assert ledger.books.accounts[ANN].available == -50


def test_two_sources_share_one_allowance(ledger: Ledger) -> None:
    ledger.has(POOL, (JUNE, 100))
    ledger.has(DRAWS, (NEVER, 40))
    assert because(ledger.hold(1, 41, Source(POOL, DRAWS), Source(ANN, DRAWS))) is Because.OUT_OF_CREDITS
    assert ledger.sheet(DRAWS)["slices"] == {NEVER.isoformat(): (40, 0)}


def test_a_boost_pays_until_the_moment_it_ends(ledger: Ledger) -> None:
    ledger.has(BOOST, (JUNE, 10), ends_at=LATER)
    ledger.now = LATER - timedelta(microseconds=1)
    held = ledger.hold(1, 10, Source(BOOST), Source(ANN))
    assert isinstance(held, Held)
    assert [line.account for line in held.lines] == [BOOST]
    ledger.release(1)
    ledger.now = LATER
    held = ledger.hold(2, 10, Source(BOOST), Source(ANN))
    assert isinstance(held, Held)
    assert [line.account for line in held.lines] == [ANN]


def test_a_closed_account_passes_on_what_is_free_or_owed_along_the_chain(ledger: Ledger) -> None:
    ledger.has(POOL, (JUNE, 5))
    ledger.has(BUDGET)
    ledger.hold(1, 130)
    Close(POOL, BUDGET).apply(ledger.books, ledger.entry())
    Close(ANN, POOL).apply(ledger.books, ledger.entry())
    with pytest.raises(Refused):
        Close(BUDGET, ANN).apply(ledger.books, ledger.entry())
    assert because(ledger.hold(2, 1)) is Because.OUT_OF_CREDITS
    ledger.settle(1, 137)
    assert [ledger.sheet(name)["slices"] for name in (ANN, POOL, BUDGET)] == [{}, {}, {}]
    assert [ledger.sheet(name)["owed"] for name in (ANN, POOL, BUDGET)] == [0, 0, 2]


def test_each_threshold_is_told_once_a_period_and_only_the_highest(ledger: Ledger) -> None:
    told = []
    for number, actual in enumerate((60, 10, 45, 1, 14), 1):
        ledger.hold(number, actual)
        told += [mark.percent for mark in ended(ledger.settle(number, actual)).marks]
    assert told == [50, 85, 100]


def test_a_hold_counts_in_the_period_in_which_it_was_made(ledger: Ledger) -> None:
    ledger.hold(1, 80)
    ledger.now += timedelta(minutes=1)
    BeginPeriod(ANN).apply(ledger.books, ledger.entry())
    assert ended(ledger.settle(1, 80)).marks == ()
    ledger.hold(2, 25)
    assert ended(ledger.settle(2, 25)).marks == (Mark(ANN, 50),)


def test_every_end_repeated_gives_the_same_answer(ledger: Ledger) -> None:
    for number, end in enumerate((lambda n: ledger.settle(n, 4), ledger.release, ledger.expire), 1):
        ledger.now = NOW
        ledger.hold(number, 5)
        ledger.now = LATER if end == ledger.expire else NOW
        first, again = ended(end(number)), ended(end(number))
        assert (first.is_replay, again.is_replay) == (False, True)
        assert (first.state, first.ending) == (again.state, again.ending)


# --------------------------------------------------------------------------- the documented order of refusals


@pytest.mark.parametrize("amount", [2.5, 2.0, True, float("nan"), float("inf"), -1, 0, 10**30])
def test_only_whole_credits_come_into_the_books(ledger: Ledger, amount: Any) -> None:  # noqa: ANN401  that is the point
    assert because(ledger.hold(1, amount)) is Because.AMOUNT_OUT_OF_RANGE
    ledger.has(POOL)
    entry = Entry("org", "op_1", "usr", NOW, MONDAY)
    with pytest.raises(Refused) as refused:
        Move(ANN, POOL, amount, PostingKind.SEND).apply(ledger.books, entry)
    assert refused.value.refusal.because is Because.AMOUNT_OUT_OF_RANGE
    assert (ledger.books.changed, ledger.books.postings, ledger.books.new_holds) == ({}, [], {})


def test_the_first_refusal_wins_in_the_documented_order(ledger: Ledger) -> None:
    """Each command is wrong in every way below its own line in docs/ledger.md as well."""
    ledger.hold(1, 5, contents="known")
    assert because(PlaceHold("org", "usr_1", 0, ONLY_ANN, "", NOW, MONDAY, NOW).apply(ledger.books)) is (
        Because.MALFORMED_ID
    )
    old = hold_id(2, at=NOW - HOLD_LIFE - timedelta(milliseconds=1))
    assert because(PlaceHold("org", old, 0, ONLY_ANN, "", NOW, MONDAY, NOW).apply(ledger.books)) is (
        Because.HOLD_TOO_OLD
    )
    assert because(ledger.hold(1, 0, contents="other")) is Because.SAME_ID_OTHER_CONTENTS
    assert because(ledger.hold(3, 0)) is Because.AMOUNT_OUT_OF_RANGE
    assert because(ledger.hold(3, 131)) is Because.OUT_OF_CREDITS


def test_settled_released_and_expired_are_three_different_answers(ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.hold(number, 5)
    ledger.settle(1, 5)
    ledger.release(2)
    ledger.now = LATER
    ledger.expire(3)
    assert [because(ledger.release(number)) for number in (1, 3)] == [Because.HOLD_SETTLED, Because.HOLD_EXPIRED]
    assert [because(ledger.settle(number, 4)) for number in (1, 2)] == [Because.HOLD_SETTLED, Because.HOLD_RELEASED]
    assert [because(ledger.extend(number)) for number in (1, 2, 3)] == [
        Because.HOLD_SETTLED,
        Because.HOLD_RELEASED,
        Because.HOLD_EXPIRED,
    ]
    assert [because(end) for end in (ledger.settle(9, -1), ledger.settle(9, 1), ledger.release(9))] == [
        Because.AMOUNT_OUT_OF_RANGE,
        Because.UNKNOWN_HOLD,
        Because.UNKNOWN_HOLD,
    ]


def test_an_id_is_good_for_thirty_five_days_to_the_millisecond(ledger: Ledger) -> None:
    ledger.now = NOW + HOLD_LIFE
    assert because(ledger.release(1)) is Because.UNKNOWN_HOLD
    ledger.now += timedelta(milliseconds=1)
    assert because(ledger.release(1)) is Because.HOLD_TOO_OLD
