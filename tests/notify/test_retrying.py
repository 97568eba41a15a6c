"""When a failed delivery comes again: later each time, never all at once, and not for ever."""

from datetime import timedelta

from core.notify.retrying import LONGEST_WAIT, doubling, wait_after

SECOND = timedelta(seconds=1)


def test_waits_double_up_to_the_longest() -> None:
    assert doubling(first=SECOND, longest=5 * SECOND, tries=6) == (
        SECOND,
        2 * SECOND,
        4 * SECOND,
        5 * SECOND,
        5 * SECOND,
    )


def test_after_the_last_try_there_is_no_other() -> None:
    schedule = (SECOND, 2 * SECOND)
    waits = [wait_after(attempt, schedule, jitter=lambda: 0.0) for attempt in (1, 2, 3, 4)]
    assert waits == [SECOND, 2 * SECOND, None, None]


def test_chance_makes_a_wait_longer_by_a_fifth_at_most_and_never_shorter() -> None:
    assert wait_after(1, (10 * SECOND,), jitter=lambda: 0.5) == 11 * SECOND
    assert wait_after(1, (10 * SECOND,), jitter=lambda: 1.0) == 12 * SECOND


def test_what_the_receiver_asks_for_makes_a_wait_longer_but_not_for_ever() -> None:
    schedule = (10 * SECOND,)
    assert wait_after(1, schedule, jitter=lambda: 0.0, retry_after=SECOND) == 10 * SECOND
    assert wait_after(1, schedule, jitter=lambda: 0.0, retry_after=60 * SECOND) == 60 * SECOND
    assert wait_after(1, schedule, jitter=lambda: 0.0, retry_after=timedelta(days=365)) == LONGEST_WAIT
