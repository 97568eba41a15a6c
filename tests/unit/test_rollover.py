"""Until when credits live that were granted in a window."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy.periods import (
    DEFAULT_ROLLOVER,
    NO_ROLLOVER,
    Period,
    Rollover,
    RolloverError,
    RolloverKind,
    Schedule,
    expires_on,
)

BERLIN = ZoneInfo("Europe/Berlin")
SCHEDULES = st.builds(
    Schedule, st.sampled_from(Period), st.dates(date(1970, 1, 1), date(2060, 12, 31)), st.just(BERLIN)
)


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("90 days", "2026-05-11"),
        ("1 day", "2026-02-11"),
        ("none", "2026-02-27"),
        ("cap 1", "2026-03-30"),
        ("cap 2", "2026-04-29"),
        ("cap 12", "2027-02-27"),
    ],
)
def test_credits_granted_on_10_february_live_until(text: str, last_day: str) -> None:
    granted = Schedule(Period.MONTHLY, date(2026, 1, 31), BERLIN).window(0)
    assert expires_on(Rollover.parse(text), granted, grant_day=date(2026, 2, 10)) == date.fromisoformat(last_day)


def test_credits_live_ninety_days_unless_somebody_says_otherwise() -> None:
    assert Rollover(RolloverKind.DAYS, 90) == DEFAULT_ROLLOVER


@pytest.mark.parametrize(
    ("text", "written"),
    [("90 days", "90 days"), (" 1  DAY ", "1 day"), ("1 days", "1 day"), ("None", "none"), ("CAP 2", "cap 2")],
)
def test_a_rollover_is_read_and_written(text: str, written: str) -> None:
    assert str(Rollover.parse(text)) == written


@pytest.mark.parametrize(
    "text",
    ["", "90", "days", "0 days", "-1 days", "1.5 days", "3651 days", "cap", "cap 0", "cap 121", "cap \u0662", "none 1",
     "\u00b2 days", "9999999999999999999 days", "90 days please"],
)  # fmt: skip
def test_what_is_not_a_rollover_is_refused(text: str) -> None:
    with pytest.raises(RolloverError):
        Rollover.parse(text)


def test_no_rollover_takes_no_count() -> None:
    with pytest.raises(RolloverError):
        Rollover(RolloverKind.NONE, 1)


ROLLOVERS = st.one_of(
    st.just(NO_ROLLOVER),
    st.builds(Rollover, st.just(RolloverKind.DAYS), st.integers(1, 3650)),
    st.builds(Rollover, st.just(RolloverKind.CAP), st.integers(1, 120)),
)


@given(ROLLOVERS)
def test_every_rollover_reads_back(rollover: Rollover) -> None:
    assert Rollover.parse(str(rollover)) == rollover


@given(SCHEDULES, st.integers(0, 200), st.integers(1, 120))
def test_a_cap_ends_with_the_last_of_the_further_periods(schedule: Schedule, index: int, further: int) -> None:
    granted = schedule.window(index)
    last_day = expires_on(Rollover(RolloverKind.CAP, further), granted, grant_day=granted.first_day)
    assert last_day == schedule.window(index + further).last_day > granted.last_day
