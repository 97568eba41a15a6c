"""When people say they are away, and who should have their credits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.parse_ooo import OooWords, Share, Unclear, read_ooo
from bot.commands.people import By, Named
from bot.commands.spans import Days, read_days
from core.ooo.plans import To
from core.ooo.words import Reason

MONDAY = date(2026, 2, 2)
BOB = Named(By.NAME, "bob", "@bob")


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


@pytest.mark.parametrize("text", ["", "soon", "to", "until", "feb 27 - feb 27 2025", "30 feb", "-", "week"])
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
    assert said.shares == shares


def test_a_reason_a_delegate_and_yes() -> None:
    said = read_ooo(["next", "week", "sick", "to", "pool", "delegate", "@carol", "--yes"], today=MONDAY)
    carol = Named(By.NAME, "carol", "@carol")
    days = Days(date(2026, 2, 9), date(2026, 2, 16))
    assert said == OooWords(days, (Share(To.POOL, 100),), carol, Reason.SICK, is_confirmed=True)


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("whenever", Unclear.DAYS),
        ("next week to 70% pool @bob", Unclear.SPLIT),
        ("next week delegate", Unclear.DELEGATE),
    ],
)
def test_what_is_unclear_is_asked(text: str, unclear: Unclear) -> None:
    assert read_ooo(text.split(), today=MONDAY) is unclear


@given(st.lists(st.text(max_size=12), max_size=6))
def test_nothing_that_people_type_breaks_it(words: list[str]) -> None:
    read_ooo(words, today=MONDAY)
