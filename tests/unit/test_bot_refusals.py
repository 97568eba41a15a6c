"""Every refusal is told in whole sentences: why, what the limit is, when it resets, what to do instead."""

import re
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
from bot.replies.refusals import SAYINGS, refusal_reply
from bot.replies.reply import Tone
from bot.replies.sentences import fill
from bot.replies.telling import Telling
from core.directory.units import Metering, Units
from core.refusals import Because, Fact, Refusal

TOKENS = Units(Metering.TOKENS, Decimal(20_000), {"point": 1_000})
BERLIN = Telling(TOKENS, ZoneInfo("Europe/Berlin"), {"usr_bob": "bob"})


def test_every_reason_has_words() -> None:
    assert set(SAYINGS) == set(Because)


def test_every_reason_is_given_somewhere() -> None:
    """Besides the words and the status that each has."""
    top = Path(core.__file__).parents[1]
    files = [file for part in ("core", "bot", "proxy") for file in (top / part).rglob("*.py")]
    giving = [file for file in files if not file.name.startswith("sayings_") and file != top / "proxy" / "errors.py"]
    used = {name for file in giving for name in re.findall(r"\bBecause\.([A-Z_]+)", file.read_text(encoding="utf-8"))}
    assert {because.name for because in Because} - used == set()


@pytest.mark.parametrize("because", list(Because))
def test_a_refusal_without_facts_is_still_told_in_whole_sentences(because: Because) -> None:
    reply = refusal_reply(Refusal(because), BERLIN)
    assert reply.tone is Tone.REFUSED
    assert reply.code == because.value
    for sentence in (reply.title, *reply.lines):
        assert re.fullmatch(r"[A-Z].*[.!?]", sentence), sentence
        assert not re.search(r"[\[\]{}]|\|\|| {2}| \.|\.\.", sentence), sentence


@pytest.mark.parametrize("because", list(Because))
def test_the_operator_is_sent_to_nobody_else(because: Because) -> None:
    told = refusal_reply(Refusal(because), BERLIN, to_operator=True).in_words()
    assert not re.search(r"[Aa]sk .*(administrator|team lead)", told), told
    for sentence in told.splitlines():
        assert re.fullmatch(r"\S.*[.!?]", sentence), sentence
        assert not re.search(r"[\[\]{}]|\|\|", sentence), sentence


def test_too_little_says_what_is_there_when_more_comes_and_what_to_do() -> None:
    facts: dict[str, Fact] = {
        "asked": 60_000,
        "available": 45_000,
        "refreshes_at": "2026-02-19T23:00:00+00:00",
        "refresh_amount": 100_000,
    }
    reply = refusal_reply(Refusal(Because.OUT_OF_CREDITS, facts), BERLIN)
    assert reply.in_words() == (
        "45,000 tokens free: not enough for 60,000 tokens.\n"
        "Your quota brings 100,000 tokens on Fri 20 Feb 2026.\n"
        "Use less, ask a teammate or your team lead for credits, or ask for a boost: “request override”."
    )


def test_people_are_named_by_their_handles() -> None:
    reply = refusal_reply(Refusal(Because.INACTIVE_USER, {"user": "usr_bob"}), BERLIN)
    assert reply.title == "@bob is deactivated."


def test_the_first_part_that_can_be_filled_is_said() -> None:
    assert fill("[{a:text} || {b:text} || nobody]", {"b": "Bob"}, telling=BERLIN) == "Bob"
    assert fill("[{a:text} || {b:text} || nobody]", {}, telling=BERLIN) == "nobody"
    assert fill("Here[, {a:amount}].", {"a": "no number"}, telling=BERLIN) == "Here."


def test_what_a_fact_contains_is_never_read_as_a_sentence() -> None:
    assert fill("[It is {a:text}.]", {"a": "[{b:text}]", "b": "secret"}, telling=BERLIN) == "It is [{b:text}]."


facts = st.dictionaries(
    st.sampled_from(sorted({name for saying in SAYINGS.values()
                            for text in (saying.title, saying.why, saying.instead)
                            for blank in re.findall(r"\{([a-z_|]+):", text) for name in blank.split("|")})),
    st.none() | st.integers() | st.booleans() | st.text(),
)  # fmt: skip


@given(because=st.sampled_from(Because), facts=facts)
def test_no_fact_makes_telling_it_fail(because: Because, facts: dict[str, Fact]) -> None:
    assert refusal_reply(Refusal(because, facts), BERLIN).title
