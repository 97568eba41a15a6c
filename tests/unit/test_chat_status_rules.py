"""Which chat statuses mean that somebody is away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ooo.status_rules import StatusRules, clean_emoji, clean_words
from core.refusals import Refused

RULES = StatusRules()


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("Vacationing", ":palm_tree:"),
        ("", ":palm_tree:"),
        ("", ":face_with_thermometer::skin-tone-3:"),
        ("Out sick", ":face_with_thermometer:"),
        ("OOO until Friday", ""),
        ("I'm out of the office, ask @bob", ":speech_balloon:"),
        ("on PTO!", ""),
        ("On holidays 🏖", ""),
        ("parental leave", ""),
        ("ooo, back on Monday", ""),
    ],
)
def test_who_says_so_is_away(text: str, emoji: str) -> None:
    assert RULES.mean_away(text, emoji)


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("", ""),
        ("not OOO", ""),
        ("NOT ooo", ":palm_tree:"),
        ("I'm not on vacation", ":palm_tree:"),
        ("Back from vacation", ":palm_tree:"),
        ("not really away", ""),
        ("isn’t out of office", ""),
        ("planning a vacation", ""),
        ("In a meeting", ":spiral_calendar_pad:"),
        ("lunch", ":hamburger:"),
        ("zoooom", ""),
        ("throwaway account", ""),
        ("office", ":office:"),
        ("x" * 10_000 + " ooo", ""),
    ],
)
def test_who_does_not_is_not(text: str, emoji: str) -> None:
    assert not RULES.mean_away(text, emoji)


def test_an_organization_has_words_of_its_own() -> None:
    rules = StatusRules(
        words=clean_words([" Urlaub ", "urlaub", "Außer Haus"]), emoji=clean_emoji([":sunny:", "umbrella"])
    )
    assert (rules.words, rules.emoji) == (("urlaub", "ausser haus"), ("sunny", "umbrella"))
    assert rules.mean_away("Im URLAUB bis Freitag", "")
    assert rules.mean_away("", ":sunny:")
    assert not rules.mean_away("vacation", ":palm_tree:")


@pytest.mark.parametrize("words", [[""], ["!!"], ["x" * 61], [f"word{at}" for at in range(101)]])
def test_words_that_mean_nothing_are_refused(words: list[str]) -> None:
    with pytest.raises(Refused):
        clean_words(words)


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_status_breaks_it(text: str, emoji: str) -> None:
    assert RULES.mean_away(text, emoji) in {True, False}
