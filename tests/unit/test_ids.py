"""Ids tell when they were made, by the clock of the engine that asked for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from typeid import TypeID

from alfred.ids import EngineIds
from core.ledger.hold_ids import HOLD_LIFE, id_refusal
from tests.company import StandingClock


def test_a_hold_made_in_a_demo_that_is_months_ahead_is_as_young_as_the_demo_says() -> None:
    clock = StandingClock(datetime(2027, 8, 1, 12, 0, tzinfo=UTC))
    hold_id = EngineIds(clock)("hold")
    assert TypeID.from_string(hold_id).created_at == clock.now()
    assert id_refusal(hold_id, clock.now()) is None
    assert id_refusal(hold_id, clock.now() + HOLD_LIFE + timedelta(days=1)) is not None


def test_ids_sort_by_the_time_they_were_made_and_never_repeat() -> None:
    clock = StandingClock()
    ids = EngineIds(clock)
    made = []
    for _ in range(100):
        made.append(ids("evt"))
        clock.advance(milliseconds=1)
    assert made == sorted(set(made))
