"""A lead says that somebody is away, corrects it and ends it."""

from __future__ import annotations

import pytest

from bot.replies.reply import Tone
from tests.company import Company
from tests.ooo.away import give_march, morning_of
from tests.talking import Talk, action


@pytest.fixture
async def talk(sqlite_company: Company) -> Talk:
    """Alice has 310,000 for March."""
    await give_march(sqlite_company, "alice")
    return Talk(sqlite_company)


async def test_a_lead_sets_sees_and_ends_it_for_somebody_of_the_team(sqlite_company: Company, talk: Talk) -> None:
    asked = await talk.says("carol", "ooo @alice next week")
    assert asked.in_words() == (
        "@alice out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?\n"
        "60,000 tokens will help others, a share a day from Tue 10 Mar 2026 on.\n"
        "What is left of it comes back on Mon 16 Mar 2026.\n"
        "To the pool of Backend: 48,000 tokens\n"
        "To the budget of Backend: 12,000 tokens\n"
        "You can: Confirm, Cancel."
    )
    assert (await talk.says("alice", "ooo status")).title == "You are not out of office."
    done = await talk.presses("carol", action(asked, "Confirm"))
    assert done.in_words() == (
        "@alice is out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026.\n"
        "Say “ooo back @alice” when they are back earlier.\n"
        "You can: Cancel the absence."
    )
    await morning_of(sqlite_company, "2026-03-11")
    assert (await talk.says("carol", "ooo status @alice")).title == "@alice is out of office, back on Mon 16 Mar 2026."
    assert (await talk.says("carol", "ooo status")).title == "You are not out of office."
    back = await talk.says("carol", "ooo back @alice")
    assert back.in_words() == "@alice is back.\n20,000 tokens came back to @alice."
    assert (await sqlite_company.balances()) == {"alice": 310_000}


@pytest.mark.parametrize(
    "words", ["ooo alice next week", "ooo for @alice next week", "OOO @Alice next week", "ooo @alice, next week please"]
)
async def test_the_person_stands_in_front_of_the_days(talk: Talk, words: str) -> None:
    asked = await talk.says("carol", words)
    assert asked.title == "@alice out of office from Mon 9 Mar 2026, back on Mon 16 Mar 2026?"


async def test_it_is_cancelled_and_corrected_for_them(talk: Talk) -> None:
    set_ = await talk.says("carol", "ooo @alice next week --yes")
    corrected = await talk.says("carol", "ooo correct @alice until friday")
    assert corrected.in_words() == (
        "Corrected: away from Mon 9 Mar 2026, back on Fri 13 Mar 2026.\nNothing had to come back."
    )
    cancelled = await talk.presses("carol", action(set_, "Cancel the absence"))
    assert cancelled.title == "All right, @alice is not out of office."
    assert (await talk.says("carol", "ooo back @alice")).title == "@alice is not out of office."


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("ooo back friday @alice", "Corrected: away from Mon 9 Mar 2026, back on Fri 13 Mar 2026."),
        ("ooo back @alice on friday", "Corrected: away from Mon 9 Mar 2026, back on Fri 13 Mar 2026."),
        ("ooo @alice extend by 2 days", "@alice is out of office for longer, back on Wed 18 Mar 2026."),
        ("ooo extend until wednesday for @alice", "@alice is out of office for longer, back on Wed 18 Mar 2026."),
        ("ooo cancel next week for @alice", "All right, @alice is not out of office."),
        ("ooo cancel alice", "All right, @alice is not out of office."),
    ],
)
async def test_theirs_is_changed_wherever_they_are_named(talk: Talk, words: str, title: str) -> None:
    await talk.says("carol", "ooo @alice next week --yes")
    assert (await talk.says("carol", words)).title == title


async def test_nobody_but_a_lead_does_that_and_nobody_gains_by_it(sqlite_company: Company, talk: Talk) -> None:
    before = await sqlite_company.traces()
    for who, words, code in (
        ("dan", "ooo @alice next week", "not_allowed"),
        ("bob", "ooo status @alice", "not_allowed"),
        ("carol", "ooo @alice next week to @carol --yes", "own_gain"),
        ("carol", "ooo @alice next week delegate @bob --yes", "bad_value"),
        ("carol", "ooo @alice next week delegate @bob", "bad_value"),
        ("carol", "ooo @zoe next week", "unknown_user"),
        ("carol", "ooo @alice", None),
        ("carol", "ooo @alice whenever", "usage"),
    ):
        reply = await talk.says(who, words)
        assert (words, reply.code) == (words, code)
        assert reply.tone is (Tone.OK if code is None else Tone.REFUSED)
    assert await sqlite_company.traces() == before
