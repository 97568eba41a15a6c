"""What people are told, word for word, on the real engine and on both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replies.reply import Reply, Tone
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.directory.units import Metering
from core.leaving.deactivate_user import DeactivateUser
from core.storage.database import Database
from tests.company import Company, found_company
from tests.conftest import on_both
from tests.policies.applying import applied
from tests.talking import Talk


@on_both
async def test_the_balance_says_the_number_first(talk: Talk) -> None:
    reply = await talk.says("alice", "balance")
    assert reply.tone is Tone.OK
    assert reply.is_private
    assert reply.in_words() == (
        "45,000 tokens available.\n"
        "Personal: 45,000 tokens\n"
        "Pool of Backend: 0 tokens\n"
        "Project Apollo: 0 tokens, for calls that name it\n"
        "Expires: 45,000 tokens on Tue 31 Mar 2026\n"
        "This month: 0 calls, 0 tokens, $0.00"
    )


@on_both
async def test_the_history_tells_both_sides_and_offers_undo(acme: Company, talk: Talk) -> None:
    await talk.says("alice", "send @bob 4k for the demo")
    acme.clock.advance(hours=1)
    await talk.says("bob", "send @alice 1k --yes")
    reply = await talk.says("alice", "history 7d")
    assert reply.title == "4,000 tokens sent and 1,000 received in the last 7 days."
    assert reply.table is not None
    assert reply.table.rows == (
        ("from @bob", "2026-03-02 11:00", "1,000"),
        ("to @bob", "2026-03-02 10:00", "4,000"),
        ("allocated from Acme", "2026-03-02 10:00", "45,000"),
    )
    assert reply.actions == ()
    theirs = await talk.says("bob", "history")
    assert [item.label for item in theirs.actions] == ["Undo 1k to @alice"]
    await talk.presses("bob", theirs.actions[0])
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}
    acme.clock.advance(days=8)
    assert (await talk.says("alice", "history 7d")).title == "Nothing sent or received in the last 7 days."


@on_both
async def test_a_key_is_shown_once_and_can_be_revoked(talk: Talk) -> None:
    assert (await talk.says("alice", "keys")).title == "You have no API keys."
    made = await talk.says("alice", "keys new my laptop", command_id="once")
    secret = made.facts[0].value
    assert made.is_private
    assert secret.startswith("alf_")
    again = await talk.says("alice", "keys new my laptop", command_id="once")
    assert secret not in again.in_words()
    assert again.title == "That key was made already, and shown then."
    listed = await talk.says("alice", "keys")
    assert listed.title == "1 API key."
    assert secret not in listed.in_words()
    assert (await talk.says("alice", "keys revoke My Laptop")).title == "The key “my laptop” is revoked."
    assert (await talk.says("alice", "keys")).title == "You have no API keys."


async def test_nobody_revokes_another_ones_key(talk: Talk) -> None:
    made = await talk.says("alice", "keys new laptop")
    assert (await talk.says("bob", f"keys revoke {made.facts[1].value}")).tone is Tone.REFUSED
    assert (await talk.says("alice", "keys")).title == "1 API key."


@on_both
async def test_a_mention_is_the_person_who_linked_the_account(acme: Company) -> None:
    await acme.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T1")
    await acme.run(
        LinkIdentity,
        by="bob",
        user_id=acme.user("bob"),
        platform=Platform.SLACK,
        workspace_id="T1",
        external_id="U2",
    )
    talk = Talk(acme, platform="slack", workspace_id="T1")
    assert (await talk.says("alice", "send <@U2|somebody-else> 4k")).title == "4,000 tokens to @bob: sent."
    assert (await talk.says("alice", "send <@U3|bob> 4k")).title == "I do not know @bob."
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_help_lists_what_can_be_said(talk: Talk) -> None:
    for text in ("", "  ", "hi", "Hello!", "?", "/alfred", "alfred help"):
        assert (await talk.says("alice", text)).title == "I look after your AI credits."
    reply = await talk.says("alice", "help")
    assert reply.title == "I look after your AI credits."
    said = {name for fact in reply.facts for name in fact.value.split(", ")}
    assert {"balance", "send", "ooo", "team", "help"} <= said
    assert "cancel" not in said


async def test_help_explains_one_verb_with_examples(talk: Talk) -> None:
    reply = await talk.says("alice", "help send")
    assert reply.title == "send: give credits to colleagues."
    assert reply.facts[1].label == "send @bob @carol 5,000"


async def test_help_about_a_word_that_is_no_verb_says_so(talk: Talk) -> None:
    assert (await talk.says("alice", "help xyzzy")).title == "I do not know “xyzzy”."
    assert (await talk.says("alice", "help me")).title == "I look after your AI credits."


BALANCE = [
    "Balance", "BALANCE?", "bal", "/balance", "@alfred balance", "alfred, balance please", "please show my balance",
    "\u201cbalance\u201d", "balance!", "\u200bbalance", "\u00a0balance", "can you show me my balance", "balance me",
]  # fmt: skip


async def test_the_verb_is_found_however_it_is_written(talk: Talk) -> None:
    for text in BALANCE:
        assert (text, (await talk.says("alice", text)).title) == (text, "45,000 tokens available.")


async def test_what_was_nearly_typed_can_be_pressed(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", "sned @bob 4k for lunch")
    assert reply.actions[0].label == "send @bob 4k for lunch"
    assert (await talk.presses("alice", reply.actions[0])).title == "4,000 tokens to @bob: sent."
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_where_credits_are_money_everything_is_said_in_dollars(sqlite_database: Database) -> None:
    acme = await found_company(sqlite_database, metering=Metering.COST)
    await acme.fund("alice", 45_000_000)
    limits = "{max_per_user_per_day: 10000000, max_receive_per_user_per_day: 10000000}"
    await applied(acme, f"transfer_policy: {{limits: {limits}}}")
    talk = Talk(acme)
    assert (await talk.says("alice", "balance")).title == "$45.00 available."
    asked = await talk.says("alice", "send @bob $5 for the demo")
    assert asked.title == "Send $5.00 to @bob?"
    assert (await talk.says("alice", "send @bob 0.05usd")).title == "$0.05 to @bob: sent."
    assert (await talk.says("alice", "send @bob 5k")).title == "$0.0050 to @bob: sent."
    assert (await acme.balances())["bob"] == 55_000


async def test_somebody_who_has_left_is_told_so(acme: Company, talk: Talk) -> None:
    await acme.run(DeactivateUser, by="operator", user_id=acme.user("alice"))
    assert (await talk.says("alice", "balance")).code == "inactive_user"
    assert (await talk.says("bob", "send @alice 1k --yes")).title == "@alice is deactivated."


WORDS = st.sampled_from(
    ["send", "balance", "undo", "history", "help", "keys", "new", "revoke", "@bob", "4k", "30d", "for", "trg_", "tr_x",
     "<@U1|x>", "--yes", "confirm", '"', "\ud800", "\x00", "key_", "all", "9" * 40]
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.lists(WORDS, max_size=8).map(" ".join))
async def test_no_text_is_answered_with_silence_or_a_crash(sqlite_talk: Talk, text: str) -> None:
    reply = await sqlite_talk.says("alice", text)
    assert reply.title
    assert reply.tone is not Tone.ERROR
    assert Reply.from_json(reply.to_json()) == reply


@pytest.fixture
async def sqlite_talk(sqlite_company: Company) -> Talk:
    await sqlite_company.fund("alice", 45_000)
    return Talk(sqlite_company)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "10000-01-01", "december 31 9999"])
@pytest.mark.parametrize(
    "said",
    [
        "ooo {day}",
        "ooo until {day}",
        "ooo {day} until friday",
        "ooo back {day}",
        "ooo extend until {day}",
        "ooo correct {day} - {day}",
        "ooo cancel {day}",
        "loan @bob 5k until {day}",
        "delegate @bob until {day}",
        "preapprove @bob 5k until {day}",
    ],
)
async def test_days_that_no_calendar_has_are_asked_back(talk: Talk, said: str, day: str) -> None:
    await talk.says("alice", "ooo next week --yes")
    reply = await talk.says("alice", said.format(day=day))
    assert (reply.tone, reply.code in {"usage", "bad_value", "unknown_absence"}) == (Tone.REFUSED, True)
