"""Sending, in the ways that people really write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.parse import read
from bot.commands.parse_send import Missing, SendWords, read_send
from core.directory.units import AmountError, Metering, Units, WrongAmount

TOKENS = Units(Metering.TOKENS, Decimal(20_000), {"point": 1_000})
DOLLARS = Units(Metering.COST, None, {})


def sending(text: str, units: Units = TOKENS) -> SendWords | Missing | WrongAmount:
    found = read_send(read(text).rest, units)
    return found.reason if isinstance(found, AmountError) else found


def understood(text: str, units: Units = TOKENS) -> tuple[str, int, str, bool]:
    found = sending(text, units)
    assert isinstance(found, SendWords), found
    return " ".join(who.text for who in found.people), found.amount.credits, found.reason, found.is_confirmed


@pytest.mark.parametrize(
    "text",
    [
        "send @bob 10000", "send @bob 10,000", "send @bob 10k", "send @bob 10K", "send @bob 10 k", "send @bob 10 000",
        "send bob 10k", "send Bob 10k", "send @BOB 10k", "SEND @bob 10k", "Send @bob 10k.", "send @bob 10k!",
        "send @bob: 10k", "send @bob, 10k", "send (@bob) 10k", "send @bob (10k)", "send 10k @bob", "send 10k bob",
        "send 10k to bob", "send 10k to @bob", "send to bob 10k", "send to @bob 10k", "send 10k for @bob",
        "send 10k for bob", "send 10k tokens to bob", "send 10k tokens to @bob", "send bob 10k tokens",
        "send @bob 10 thousand", "send @bob 10 thousand tokens", "send @bob 10_000", "send @bob 10'000",
        "send @bob 10\u2019000", "send\u00a0@bob\u00a010k", "send @bob 10\u202f000", "send\t@bob\t10k",
        "  send   @bob   10k  ", "/alfred send @bob 10k", "alfred send @bob 10k", "@alfred send @bob 10k",
        "@Alfred, send @bob 10k", "Alfred: send @bob 10k", "/send @bob 10k", "send \u201cbob\u201d 10k",
        '"send @bob 10k"', "\u200bsend @bob\u200b 10k", "send @bob some 10k tokens", "send @bob a 10k",
        "send @bob 10k credits", "send 10k of my tokens to @bob", "send 10 points to bob", "send bob 10 points",
        "send @bob $0.50", "send @bob 0.50usd", "send @bob 0.5 usd", "send @bob usd 0.5", "send @bob US$0.50",
        "send @bob $ 0.50", "send 0.5 dollars to @bob", "send \uff20bob \uff11\uff10k", "send @bob 10.0k",
        "send @bob 10k please", "send bob 10k pls", "send @bob 0.01M",
    ],
)  # fmt: skip
def test_ten_thousand_for_bob(text: str) -> None:
    assert understood(text) == ("bob", 10_000, "", False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("send @bob 10k for the demo", "the demo"),
        ("send @bob 10k for the demo tomorrow!", "the demo tomorrow!"),
        ("send @bob 10k For The Demo", "The Demo"),
        ("send @bob 10k for: the demo", "the demo"),
        ("send bob 10k for lunch", "lunch"),
        ("send 10k to bob for lunch", "lunch"),
        ("send 10k bob for lunch", "lunch"),
        ("send 10k for lunch to @bob", "lunch"),
        ("send 10k for the big demo to @bob", "the big demo"),
        ("send 10k for @bob for lunch", "lunch"),
        ("send 10k for bob because he asked", "because he asked"),
        ("send @bob for the demo 10k", "the demo"),
        ("send @bob for the demo 10 k", "the demo"),
        ("send @bob because of the demo 10k tokens", "because of the demo"),
        ("send @bob 10k because he asked", "because he asked"),
        ("send @bob 10k since you asked", "since you asked"),
        ("send @bob 10k as agreed", "as agreed"),
        ('send bob 10000 --message "For the demo"', "For the demo"),
        ("send bob 10000 --message For the demo", "For the demo"),
        ("send bob 10000 --message='For the demo'", "For the demo"),
        ("send bob 10000 --reason P0", "P0"),
        ("send bob 10000 -m P0", "P0"),
        ("send bob 10000 -r P0", "P0"),
        ("send bob 10000 --note P0", "P0"),
        ("send bob 10000 \u2014message P0", "P0"),
        ("send bob 10000 \u2013reason P0", "P0"),
        ("send bob --message P0 10k", "P0"),
        ("send bob 10000 \u201cFor the demo\u201d", "For the demo"),
        ('send @bob 10k "for the demo"', "for the demo"),
        ("send bob 10k note: P0", "P0"),
        ("send bob 10k reason: the P0", "the P0"),
        ("send bob 10k re: P0", "P0"),
        ("send @bob 10k thanks", "thanks"),
        ("send @bob 10k, thanks a lot!", "thanks a lot!"),
        ("send @bob 10k happy birthday", "happy birthday"),
        ("send 10k to @bob happy birthday", "happy birthday"),
        ("send @bob 10k for <!channel> & <@U7|Carol>", "@channel & @Carol"),
        ("send @bob 10k for <#C1|general> and <https://example.com/a|our page>",
         "#general and our page (https://example.com/a)"),
        ('send @bob 10k for "a" and "b"', '"a" and "b"'),
        ("send @bob 10k for a <b and x<y>z", "a <b and x<y>z"),
        ("send @bob 10k for 3 of us", "3 of us"),
        ("send @bob 10k for tests, builds, and so on", "tests, builds, and so on"),
        ("send @bob 10k for the Müller\u2019s demo", "the Müller's demo"),
        ("send @bob 10k for 演示", "演示"),
        ("send @bob 10k for the demo \U0001f389", "the demo \U0001f389"),
        ("send @bob 10k for helping @carol", "helping @carol"),
        ("send @bob 10k for the demo to the board", "the demo to the board"),
    ],
)  # fmt: skip
def test_ten_thousand_for_bob_with_a_reason(text: str, reason: str) -> None:
    assert understood(text) == ("bob", 10_000, reason, False)


@pytest.mark.parametrize(
    "text",
    [
        "send @bob @carol 5,000", "send @bob, @carol 5,000", "send @bob,@carol 5,000", "send @bob and @carol 5,000",
        "send @bob & @carol 5k", "send @bob + @carol 5k", "send bob carol 5k", "send bob, carol 5k",
        "send bob,carol 5k", "send bob and carol 5k", "send 5k to bob and carol", "send 5k to bob, carol",
        "send 5k @bob @carol", "send 5k to @bob and @carol", "send 5k tokens each to @bob and @carol",
        "send @bob @carol 5k each", "send @bob 5k @carol", "send @bob 5k and @carol", "send 5k bob carol",
        "send to bob and carol 5k each", "send @bob 5k and carol", "send 5k each to bob, and carol",
        "send 5 k apiece to bob & carol", "send 5k for @bob and @carol",
    ],
)  # fmt: skip
def test_five_thousand_for_bob_and_carol_each(text: str) -> None:
    assert understood(text) == ("bob carol", 5_000, "", False)


@pytest.mark.parametrize(
    "text",
    [
        "send @bob 100k --yes", "send --yes @bob 100k", "send @bob 100k -y", "send @bob 100k confirm",
        "send @bob 100k Confirm!", "send @bob 100k --confirm", "send @bob 100k confirmed", "send @bob 100k \u2014yes",
    ],
)  # fmt: skip
def test_the_yes_may_be_said_at_once(text: str) -> None:
    assert understood(text) == ("bob", 100_000, "", True)


def test_the_yes_behind_a_reason_is_no_part_of_it() -> None:
    assert understood("send @bob 100k for the demo confirm") == ("bob", 100_000, "the demo", True)
    assert understood("send @bob 100k for the demo --yes") == ("bob", 100_000, "the demo", True)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("send <@U024BE7LH|bob> 10k", "U024BE7LH"),
        ("send <@U024BE7LH> 10k", "U024BE7LH"),
        ("send <@W024BE7LH|Bob Smith> 10k", "W024BE7LH"),
        ("send 10k to <@U024BE7LH|bob>", "U024BE7LH"),
        ("send <@U1|bob> <@U2|carol> 10k", "U1 U2"),
        ("send <@U1|bob>,<@U2|carol> 10k", "U1 U2"),
        ("send <@U1|bob><@U2|carol> 10k", "U1 U2"),
        ("send <@U1|bob>10k", "U1"),
        ("send 10k<@U1|bob>", "U1"),
        ("send bob@example.com 10k", "bob@example.com"),
        ("send <mailto:bob@example.com|bob@example.com> 10k", "bob@example.com"),
        ("send usr_01h455vb4pex5vsknk084sn02q 10k", "usr_01h455vb4pex5vsknk084sn02q"),
        ("send bob.smith 10k", "bob.smith"),
        ("send @bob-smith 10k", "bob-smith"),
        ("send @bob_smith 10k", "bob_smith"),
        ("send @4andy 10k", "4andy"),
        ("send 4andy 10k", "4andy"),
        ("send @josé 10k", "josé"),
        ("send @of 10k", "of"),
    ],
)  # fmt: skip
def test_everybody_can_be_named(text: str, who: str) -> None:
    assert understood(text) == (who, 10_000, "", False)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("send", Missing.RECIPIENT),
        ("send 10k", Missing.RECIPIENT),
        ("send 10k tokens", Missing.RECIPIENT),
        ("send @bob", Missing.AMOUNT),
        ("send bob carol", Missing.AMOUNT),
        ("send @bob for the demo", Missing.AMOUNT),
        ("send @bob lots", Missing.AMOUNT),
        ("send @bob 10k 20k", Missing.CLEARNESS),
        ("send @bob 10k and 5k", Missing.CLEARNESS),
        ("send @bob 10k @carol 5k", Missing.CLEARNESS),
        ("send @bob @carol 10k total", Missing.CLEARNESS),
        ("send 10k split between @bob and @carol", Missing.CLEARNESS),
        ("split 10k between bob and carol", Missing.CLEARNESS),
        ("send <#C1|general> 10k", Missing.CLEARNESS),
        ("send <!subteam^S1|@devs> 10k", Missing.CLEARNESS),
        ("send <!channel> 10k", Missing.CLEARNESS),
        ("send <https://evil.example|bob> 10k", Missing.CLEARNESS),
        ("send --foo @bob 10k", Missing.CLEARNESS),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for(text: str, missing: Missing) -> None:
    assert sending(text) is missing


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("send @bob 0", WrongAmount.NOT_POSITIVE),
        ("send @bob -5", WrongAmount.NOT_POSITIVE),
        ("send @bob -10k", WrongAmount.NOT_POSITIVE),
        ("send @bob 1.5", WrongAmount.FRACTION_OF_A_CREDIT),
        ("send @bob 10.000", WrongAmount.AMBIGUOUS_SEPARATOR),
        ("send @bob 2,5M", WrongAmount.AMBIGUOUS_SEPARATOR),
        ("send @bob 10x", WrongAmount.UNKNOWN_UNIT),
        ("send @bob 10bananas", WrongAmount.UNKNOWN_UNIT),
        ("send @bob 99999999999999999999", WrongAmount.TOO_LARGE),
        ("send @bob " + "9" * 500, WrongAmount.TOO_LARGE),
        ("send @bob 1e6", WrongAmount.NOT_A_NUMBER),
        ("send @bob £5", WrongAmount.UNKNOWN_UNIT),
    ],
)  # fmt: skip
def test_an_amount_that_is_none_says_why(text: str, wrong: WrongAmount) -> None:
    assert sending(text) is wrong


def test_dollars_without_a_rate_are_refused_by_name() -> None:
    assert sending("send @bob $5", Units(Metering.TOKENS, None, {})) is WrongAmount.NO_DOLLAR_RATE
    assert understood("send @bob $5", DOLLARS) == ("bob", 5_000_000, "", False)
    assert understood("send @bob 5usd", DOLLARS) == ("bob", 5_000_000, "", False)


def test_a_word_that_may_be_a_person_is_never_silently_taken_for_the_reason() -> None:
    assert understood("send 10k bob thanks") == ("bob thanks", 10_000, "", False)
    assert understood("send bob smith 10k") == ("bob smith", 10_000, "", False)


PIECES = st.sampled_from(
    ["send", "@bob", "bob", "10k", "5", "-1", "$", "usd", "for", "to", "and", ",", "--yes", "--message", "=", "<@U1|x>",
     "<", ">", "|", "<@>", '"', "'", "\u201c", "confirm", "each", "total", "<mailto:", "\x00", "\ud800", "@", "..", "€"]
)  # fmt: skip


@given(text=st.text() | st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join))
def test_no_text_makes_reading_it_fail(text: str) -> None:
    found = sending("send " + text)
    if isinstance(found, SendWords):
        assert found.people
        assert found.amount.credits > 0


@given(
    people=st.lists(st.sampled_from(["bob", "carol", "dave", "erin"]), min_size=1, max_size=4, unique=True),
    amount=st.integers(1, 10**12),
    reason=st.lists(st.sampled_from(["the", "demo", "P0", "lunch", "and", "to", "me", "3"]), max_size=5).map(" ".join),
    at=st.booleans(),
)
def test_what_is_written_plainly_is_read_back(people: list[str], amount: int, reason: str, at: bool) -> None:  # noqa: FBT001
    named = " ".join(f"@{name}" if at else name for name in people)
    text = f"send {named} {amount:,}" + (f" for {reason}" if reason else "")
    assert understood(text) == (" ".join(people), amount, reason, False)
