"""The calendar of a quota: known calendars first, then laws over decades and time zones."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy.periods import (
    Period,
    Schedule,
    Window,
    day_of,
    start_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZULU = ZoneInfo("UTC")


def at(text: str) -> datetime:
    """A moment in UTC: `2026-03-01 22:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(schedule: Schedule, moment: datetime) -> Window:
    found = schedule.window_at(moment)
    assert found is not None
    return found


# --------------------------------------------------------------------------- known calendars


@pytest.mark.parametrize(
    ("period", "anchor", "first_days"),
    [
        (Period.DAILY, "2024-02-28", ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]),
        (Period.WEEKLY, "2025-12-24", ["2025-12-24", "2025-12-31", "2026-01-07", "2026-01-14"]),
        (Period.MONTHLY, "2025-01-31", ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]),
        (Period.MONTHLY, "2023-12-30", ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"]),
        (Period.QUARTERLY, "2025-11-30", ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"]),
        (Period.QUARTERLY, "2023-08-31", ["2023-08-31", "2023-11-30", "2024-02-29", "2024-05-31"]),
        (Period.YEARLY, "2024-02-29", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        (Period.YEARLY, "2098-07-01", ["2098-07-01", "2099-07-01", "2100-07-01", "2101-07-01"]),
    ],
)
def test_windows_begin_where_a_wall_calendar_says(period: Period, anchor: str, first_days: list[str]) -> None:
    schedule = Schedule(period, date.fromisoformat(anchor), BERLIN)
    windows = [schedule.window(index) for index in range(len(first_days))]
    assert [found.first_day.isoformat() for found in windows] == first_days


def test_a_window_in_full() -> None:
    schedule = Schedule(Period.MONTHLY, date(2026, 1, 31), BERLIN)
    march = window(schedule, at("2026-03-15 12:00"))
    assert march == Window(
        start=at("2026-02-27 23:00"),
        end=at("2026-03-30 22:00"),  # summer time began on the 29th
        first_day=date(2026, 2, 28),
        last_day=date(2026, 3, 30),
        index=1,
        schedule=schedule,
    )
    assert march.days == 31


def test_a_window_holds_its_first_instant_and_not_its_end() -> None:
    schedule = Schedule(Period.DAILY, date(2026, 5, 1), BERLIN)
    assert window(schedule, at("2026-05-01 21:59:59.999999")).index == 0
    assert window(schedule, at("2026-05-01 22:00")).index == 1


def test_before_the_anchors_day_there_is_no_window() -> None:
    schedule = Schedule(Period.WEEKLY, date(2026, 5, 1), BERLIN)
    assert schedule.window_at(at("2026-04-30 21:59:59")) is None
    assert window(schedule, at("2026-04-30 22:00")).index == 0


def test_the_days_of_clock_changes_are_days() -> None:
    schedule = Schedule(Period.DAILY, date(2026, 1, 1), BERLIN)
    spring = window(schedule, at("2026-03-29 12:00"))
    autumn = window(schedule, at("2026-10-25 12:00"))
    assert (spring.end - spring.start, spring.days) == (timedelta(hours=23), 1)
    assert (autumn.end - autumn.start, autumn.days) == (timedelta(hours=25), 1)
    week = window(Schedule(Period.WEEKLY, date(2026, 3, 23), BERLIN), at("2026-03-29 12:00"))
    assert (week.end - week.start, week.days) == (timedelta(hours=167), 7)


@pytest.mark.parametrize(
    ("zone", "day", "first_instant"),
    [
        pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00", id="no midnight: 00:00 to 01:00"),
        pytest.param("America/Sao_Paulo", "2018-02-18", "2018-02-18 03:00", id="after a second 23:00"),
        pytest.param("Africa/Cairo", "2026-04-24", "2026-04-23 22:00", id="no midnight on a Friday"),
        pytest.param("Africa/Cairo", "2026-10-30", "2026-10-29 22:00", id="23:00 came twice before"),
        pytest.param("Asia/Beirut", "2026-03-29", "2026-03-28 22:00", id="no midnight on a Sunday"),
        pytest.param("America/Havana", "2026-11-01", "2026-11-01 04:00", id="midnight twice: 01:00 back to 00:00"),
        pytest.param("America/St_Johns", "2010-11-07", "2010-11-07 02:30", id="00:01 back to 23:01"),
        pytest.param("America/Toronto", "1919-03-31", "1919-03-31 04:30", id="23:30 on to 00:30"),
        pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", id="a day left out"),
        pytest.param("Pacific/Apia", "2011-12-31", "2011-12-30 10:00", id="the day after it"),
        pytest.param("Asia/Kathmandu", "2026-01-01", "2025-12-31 18:15", id="an odd offset"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: str, first_instant: str) -> None:
    assert start_of(date.fromisoformat(day), ZoneInfo(zone)) == at(first_instant)


def test_the_day_of_a_moment_depends_on_the_zone() -> None:
    moment = at("2026-05-01 22:30")
    zones = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati")
    assert [day_of(moment, ZoneInfo(zone)).day for zone in zones] == [1, 2, 1, 2]


def test_a_day_that_has_begun_is_not_ended_by_setting_clocks_back() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    moments = [at("2010-11-07 02:29"), at("2010-11-07 02:30"), at("2010-11-07 02:31"), at("2010-11-07 03:30")]
    assert [moment.astimezone(st_johns).day for moment in moments] == [6, 7, 6, 7]
    assert [day_of(moment, st_johns).day for moment in moments] == [6, 7, 7, 7]


def test_a_day_that_the_zone_left_out_gets_no_quota_of_its_own() -> None:
    schedule = Schedule(Period.DAILY, date(2011, 12, 28), ZoneInfo("Pacific/Apia"))
    begun = schedule.windows_between(at("2011-12-28 12:00"), at("2012-01-01 12:00"))
    assert [found.first_day.isoformat() for found in begun] == ["2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"]


def test_a_week_that_would_begin_on_a_day_left_out_begins_with_the_next() -> None:
    schedule = Schedule(Period.WEEKLY, date(2011, 12, 23), ZoneInfo("Pacific/Apia"))
    assert window(schedule, at("2011-12-30 10:00")).index == 1


@pytest.mark.parametrize("anchor", [date(1969, 12, 31), date(3000, 1, 1), date.max])
def test_an_anchor_beyond_any_quota_is_refused(anchor: date) -> None:
    with pytest.raises(ValueError, match="quota"):
        Schedule(Period.DAILY, anchor, ZULU)


# --------------------------------------------------------------------------- catching up


def test_missed_periods_are_listed_oldest_first() -> None:
    schedule = Schedule(Period.MONTHLY, date(2026, 1, 31), ZULU)
    begun = schedule.windows_between(at("2026-01-31 00:00"), at("2026-04-30 00:00"))
    assert [found.first_day.isoformat() for found in begun] == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_the_first_window_counts_when_asked_from_before_the_anchor() -> None:
    schedule = Schedule(Period.YEARLY, date(2026, 1, 1), ZULU)
    begun = schedule.windows_between(at("2020-06-01 00:00"), at("2027-06-01 00:00"))
    assert [found.index for found in begun] == [0, 1]


def test_nothing_begins_before_the_anchor_or_in_an_empty_span() -> None:
    schedule = Schedule(Period.DAILY, date(2026, 1, 1), ZULU)
    assert schedule.windows_between(at("2020-01-01 00:00"), at("2025-12-31 23:59")) == []
    assert schedule.windows_between(at("2026-01-05 00:00"), at("2026-01-05 00:00")) == []
    assert schedule.windows_between(at("2026-01-05 00:00"), at("2026-01-02 00:00")) == []


# --------------------------------------------------------------------------- laws


# Ordinary zones, zones that change at midnight, far ends, half hours, a day left out, a day lived twice.
ZONES = st.sampled_from([
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns",
    "America/Asuncion", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman", "Asia/Tehran",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Kwajalein",
    "Pacific/Chatham", "Antarctica/Troll",
]).map(ZoneInfo)  # fmt: skip
SCHEDULES = st.builds(Schedule, st.sampled_from(Period), st.dates(date(1970, 1, 1), date(2060, 12, 31)), ZONES)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone is next
SPANS = st.timedeltas(timedelta(0), timedelta(days=800))


@given(SCHEDULES, st.integers(0, 500))
def test_windows_tile_time_without_gap_or_overlap(schedule: Schedule, index: int) -> None:
    this, following = schedule.window(index), schedule.window(index + 1)
    assert this.end == following.start
    assert this.last_day + timedelta(days=1) == following.first_day
    assert this.start <= this.end
    assert this.days >= 1


@given(SCHEDULES, MOMENTS)
def test_a_moment_lies_in_the_window_found_for_it(schedule: Schedule, moment: datetime) -> None:
    found = schedule.window_at(moment)
    if found is None:
        assert moment < schedule.window(0).start
    else:
        assert found.start <= moment < found.end
        assert found.first_day <= day_of(moment, schedule.zone) <= found.last_day
        assert found == schedule.window(found.index)


@given(SCHEDULES, st.integers(0, 500))
def test_a_window_is_found_at_its_first_and_its_last_instant(schedule: Schedule, index: int) -> None:
    expected = schedule.window(index)
    if expected.start < expected.end:
        assert schedule.window_at(expected.start) == expected
        assert schedule.window_at(expected.end - timedelta(microseconds=1)) == expected


@given(SCHEDULES, st.integers(0, 500))
def test_a_window_begins_on_the_anchors_day_of_the_month_or_on_the_last_there_is(
    schedule: Schedule, index: int
) -> None:
    first = schedule.window(index).first_day
    if schedule.period is Period.WEEKLY:
        assert first.weekday() == schedule.anchor.weekday()
    elif schedule.period is not Period.DAILY:
        assert first.day == schedule.anchor.day or (first + timedelta(days=1)).day == 1


@given(SCHEDULES, MOMENTS, SPANS)
def test_what_began_in_a_span_is_what_walking_through_it_would_meet(
    schedule: Schedule, after: datetime, span: timedelta
) -> None:
    until = after + span
    begun = schedule.windows_between(after, until)
    assert all(after < found.start <= until for found in begun)
    assert all(earlier.end == later.start for earlier, later in pairwise(begun))
    last = begun[-1] if begun else schedule.window_at(after)
    assert last == schedule.window_at(until)


@given(SCHEDULES, MOMENTS, SPANS, SPANS)
def test_catching_up_once_or_in_two_steps_lists_the_same_windows(
    schedule: Schedule, after: datetime, first: timedelta, second: timedelta
) -> None:
    middle, until = after + first, after + first + second
    in_steps = schedule.windows_between(after, middle) + schedule.windows_between(middle, until)
    assert in_steps == schedule.windows_between(after, until)


@given(ZONES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_days_never_go_back(zone: ZoneInfo, moment: datetime, step: timedelta) -> None:
    assert day_of(moment, zone) <= day_of(moment + step, zone)


@given(ZONES, st.dates(date(1970, 1, 2), date(2080, 1, 1)))
def test_before_a_days_first_instant_it_is_not_yet_that_day(zone: ZoneInfo, day: date) -> None:
    start = start_of(day, zone)
    assert day_of(start - timedelta(microseconds=1), zone) < day <= day_of(start, zone)
    assert (start - timedelta(microseconds=1)).astimezone(zone).date() < day <= start.astimezone(zone).date()
