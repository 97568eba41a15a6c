"""The engine clock never goes back, whatever the machine's clock does."""

from datetime import UTC, datetime, timedelta

from alfred.clocks import EngineClock, SteppedClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_while_a_clock_that_was_set_back_catches_up_the_engine_clock_stands_still() -> None:
    wall = SteppedClock(NOON)
    clock = EngineClock(wall)
    told = []
    for minutes in (0, 5, -60, -1, 5, 6):
        wall.at = NOON + timedelta(minutes=minutes)
        told.append((clock.now() - NOON) // timedelta(minutes=1))
    assert told == [0, 5, 5, 5, 5, 6]


def test_a_demo_clock_is_ahead_by_its_offset_and_never_goes_back_with_it() -> None:
    clock = EngineClock(SteppedClock(NOON), offset=timedelta(days=7))
    assert clock.now() == NOON + timedelta(days=7)
    clock.offset = timedelta()
    assert clock.now() == NOON + timedelta(days=7)
