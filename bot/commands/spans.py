"""Days in people's words: `next week`, `feb 20 - feb 27`, `until wednesday`, `tomorrow for 3 days`.

A range names its last day (`20 - 27`), `until` and `back` name the day on which somebody is back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import dateparser

from bot.commands.parse import bare

LONGEST: Final = 60
"""Characters of one date."""

YEARS: Final = range(1900, 3000)
"""What lies further away is not understood: behind the last day that Python knows there is no other."""
_ONE_DAY: Final = timedelta(days=1)
_UNTIL: Final = frozenset({"until", "till", "til"})
_THROUGH: Final = frozenset({"-", "–", "—", "to", "through", "thru"})
_FILLERS: Final = frozenset(
    {
        "from",
        "on",
        "starting",
        "the",
        "all",
        "day",
        "of",
        "away",
        "out",
        "office",
        "off",
        "i",
        "am",
        "please",
        "pls",
        "thanks",
    }
)
_FOR: Final = re.compile(r"(?:(?P<start>.*) )?for (?P<count>a|an|one|[0-9]{1,3}) (?P<unit>day|week|month)s?")
_DAYS: Final = {"day": 1, "week": 7, "month": 30}
_SHORT: Final = re.compile(r"(?P<month>.*?[a-z]{3,} ?)(?P<first>[0-9]{1,2}) ?[-–—] ?(?P<last>[0-9]{1,2})")
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final = {name[:length]: at for at, name in enumerate(_NAMES) for length in (3, 4, 5, len(name))}
_LETTER_OR_DIGIT: Final = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Days:
    """Away from the first day on, back on another."""

    first: date
    back: date


def read_days(words: Sequence[str], *, today: date) -> Days | None:
    """The days, None when it is not clear which are meant."""
    said = [bare(word) or word for word in words]
    said = [word for word in said if word not in _FILLERS]
    found = _named(" ".join(said), today=today) or _until(said, today=today) or _through(said, today=today)
    return found if found is not None and found.first < found.back else None


def read_date(text: str, *, today: date) -> date | None:
    """One day, the next of that name: `feb 20`, `wednesday`, `tomorrow`, `2026-02-20`."""
    found = _read_date(text, today=today)
    return found if found is not None and found.year in YEARS else None


def _read_date(text: str, *, today: date) -> date | None:
    text = text.strip()
    if not text or len(text) > LONGEST or not _LETTER_OR_DIGIT.search(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if text in {"today", "now"}:
        return today
    weekday = WEEKDAYS.get(text.removeprefix("next ").removeprefix("this "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "REQUIRE_PARTS": ["day"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return None if found is None else found.date()


def _named(text: str, *, today: date) -> Days | None:
    monday = today + timedelta(days=7 - today.weekday())
    weeks = {"this week": Days(today, monday), "next week": Days(monday, monday + 7 * _ONE_DAY), "week": None}
    if text in weeks:
        return weeks[text]
    lasting = _FOR.fullmatch(text)
    if lasting is not None:
        start = read_date(lasting["start"] or "today", today=today)
        count = int(lasting["count"]) if lasting["count"].isdigit() else 1
        return None if start is None else Days(start, start + count * _DAYS[lasting["unit"]] * _ONE_DAY)
    short = _SHORT.fullmatch(text)
    if short is not None:
        first, last = (read_date(short["month"] + short[day], today=today) for day in ("first", "last"))
        return None if first is None or last is None else Days(first, last + _ONE_DAY)
    single = read_date(text, today=today)
    return None if single is None else Days(single, single + _ONE_DAY)


def _until(said: Sequence[str], *, today: date) -> Days | None:
    """`until wednesday`, `tomorrow until friday`."""
    at = next((at for at, word in enumerate(said) if word in _UNTIL), None)
    if at is None:
        return None
    first = read_date(" ".join(said[:at]) or "today", today=today)
    back = None if first is None else read_date(" ".join(said[at + 1 :]), today=first)
    return None if first is None or back is None else Days(first, back)


def _through(said: Sequence[str], *, today: date) -> Days | None:
    """`feb 20 - feb 27`, `monday to friday`: the last day is away, too."""
    at = next((at for at, word in enumerate(said) if word in _THROUGH), None)
    if at is None:
        return None
    first = read_date(" ".join(said[:at]), today=today)
    last = None if first is None else read_date(" ".join(said[at + 1 :]), today=first)
    return None if first is None or last is None else Days(first, last + _ONE_DAY)
