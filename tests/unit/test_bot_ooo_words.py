"""When people say they are away, and who should have their credits."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.parse_ooo import OooWords, Unclear, read_ooo
from bot.commands.people import By, Named
from bot.commands.spans import Days, read_days
from bot.commands.splits import Share, Stage
from core.ooo.plans import To
from core.ooo.words import Reason

MONDAY = date(2026, 2, 2)
BOB = Named(By.NAME, "bob", "@bob")
AWAY = Days(date(2026, 2, 2), date(2026, 2, 14))


@pytest.mark.parametrize(
    ("text", "first", "back"),
    [
        ("next week", date(2026, 2, 9), date(2026, 2, 16)),
        ("this week", date(2026, 2, 2), date(2026, 2, 9)),
        ("today", date(2026, 2, 2), date(2026, 2, 3)),
        ("tomorrow", date(2026, 2, 3), date(2026, 2, 4)),
        ("friday", date(2026, 2, 6), date(2026, 2, 7)),
        ("feb 20 - feb 27", date(2026, 2, 20), date(2026, 2, 28)),
        ("from feb 20 to feb 27", date(2026, 2, 20), date(2026, 2, 28)),
        ("feb 20-27", date(2026, 2, 20), date(2026, 2, 28)),
        ("2026-02-20 until 2026-02-28", date(2026, 2, 20), date(2026, 2, 28)),
        ("until wednesday", date(2026, 2, 2), date(2026, 2, 4)),
        ("from tomorrow until friday", date(2026, 2, 3), date(2026, 2, 6)),
        ("for 3 days", date(2026, 2, 2), date(2026, 2, 5)),
        ("tomorrow for a week", date(2026, 2, 3), date(2026, 2, 10)),
        ("dec 28 - jan 3", date(2026, 12, 28), date(2027, 1, 4)),
        ("jan 20", date(2027, 1, 20), date(2027, 1, 21)),
    ],
)
def test_days_in_peoples_words(text: str, first: date, back: date) -> None:
    assert read_days(text.split(), today=MONDAY) == Days(first, back)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "to",
        "until",
        "feb 27 - feb 27 2025",
        "30 feb",
        "-",
        "week",
        "9999-12-31",
        "until 9999-12-31",
        "0001-01-01",
    ],
)
def test_what_names_no_days(text: str) -> None:
    assert read_days(text.split(), today=MONDAY) is None


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("next week", ()),
        ("next week to pool", (Share(To.POOL, 100),)),
        ("next week to the team pool", (Share(To.POOL, 100),)),
        ("until wednesday to @bob", (Share(BOB, 100),)),
        ("next week to 70% pool 30% @bob", (Share(To.POOL, 70), Share(BOB, 30))),
        ("next week to pool 70% and @bob 30%", (Share(To.POOL, 70), Share(BOB, 30))),
        ("next week to pool, parent and @bob", (Share(To.POOL, 34), Share(To.PARENT, 33), Share(BOB, 33))),
        ("monday to friday to pool", (Share(To.POOL, 100),)),
    ],
)
def test_who_gets_the_credits(text: str, shares: tuple[Share, ...]) -> None:
    said = read_ooo(text.split(), today=MONDAY)
    assert isinstance(said, OooWords)
    assert said.stages == ((Stage(shares),) if shares else ())


def test_a_reason_a_delegate_and_yes() -> None:
    said = read_ooo(["next", "week", "sick", "to", "pool", "delegate", "@carol", "--yes"], today=MONDAY)
    carol = Named(By.NAME, "carol", "@carol")
    days = Days(date(2026, 2, 9), date(2026, 2, 16))
    assert said == OooWords(days, (Stage((Share(To.POOL, 100),)),), carol, Reason.SICK, is_confirmed=True)


POOL: Final = (Share(To.POOL, 100),)
DEPARTMENT: Final = (Share(To.DEPARTMENT, 100),)


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("next week to pool for 3 days then department", (Stage(POOL, 3), Stage(DEPARTMENT))),
        ("next week to pool 3d, then to the department", (Stage(POOL, 3), Stage(DEPARTMENT))),
        ("next week to pool for the first 3 days and then the department", (Stage(POOL, 3), Stage(DEPARTMENT))),
        ("next week to the pool, after 3 days to department", (Stage(POOL, 3), Stage(DEPARTMENT))),
        ("next week to pool for a week then department", (Stage(POOL, 7), Stage(DEPARTMENT))),
        (
            "next week to 60% pool 40% @bob for 2 days then @bob for 1 day then pool",
            (Stage((Share(To.POOL, 60), Share(BOB, 40)), 2), Stage((Share(BOB, 100),), 1), Stage(POOL)),
        ),
        ("until friday delegate @carol to pool for 1 day then department", (Stage(POOL, 1), Stage(DEPARTMENT))),
    ],
)
def test_one_after_the_other(text: str, stages: tuple[Stage, ...]) -> None:
    said = read_ooo(text.split(), today=MONDAY)
    assert isinstance(said, OooWords)
    assert said.stages == stages


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("to pool until friday", Days(MONDAY, date(2026, 2, 6))),
        ("to @bob for 3 days", Days(MONDAY, date(2026, 2, 5))),
        ("to pool for 3 days then department", AWAY),
        ("to @bob", AWAY),
        ("delegate @carol", AWAY),
    ],
)
def test_days_behind_the_split_and_days_that_are_known(text: str, days: Days) -> None:
    said = read_ooo(text.split(), today=MONDAY, present=AWAY)
    assert isinstance(said, OooWords)
    assert said.days == days


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("whenever", Unclear.DAYS),
        ("next week to 70% pool @bob", Unclear.SPLIT),
        ("next week delegate", Unclear.DELEGATE),
        ("next week to pool for 3 days", Unclear.SPLIT),
        ("next week to pool then department", Unclear.SPLIT),
        ("next week to pool for 3 days then", Unclear.SPLIT),
        ("to pool for 0 days then department", Unclear.DAYS),
        ("to @bob", Unclear.DAYS),
    ],
)
def test_what_is_unclear_is_asked(text: str, unclear: Unclear) -> None:
    assert read_ooo(text.split(), today=MONDAY) is unclear


@given(st.lists(st.text(max_size=12), max_size=6))
def test_nothing_that_people_type_breaks_it(words: list[str]) -> None:
    read_ooo(words, today=MONDAY)
