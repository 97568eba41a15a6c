"""Boosts in words: asking, deciding, giving, listing, closing, and what they come to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.commands.parse_boost import BoostWords, read_boost
from bot.replies.form import Mistakes
from bot.replies.notices import Heard, notice_reply
from bot.replies.reply import Reply, Tone
from bot.replies.telling import Telling
from core.directory.units import Amount, Metering, Units
from tests.accounts_read import told
from tests.allocation.granting import until
from tests.company import Company
from tests.overrides.boosts import boost, fund_all, states
from tests.spending.desk import open_desk
from tests.talking import Talk

TOKENS = Units(Metering.TOKENS, None, {})


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Acme 9,000,000, Engineering 2,000,000, Backend 300,000."""
    await fund_all(sqlite_company)
    return sqlite_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)


@pytest.mark.parametrize(
    ("text", "amount", "hours", "reason"),
    [
        ('200k for 48h "P0"', 200_000, 48, "P0"),
        ("200000 --hours 48 --reason the P0 incident", 200_000, 48, "the P0 incident"),
        ("2M for 2 days because of the launch", 2_000_000, 48, "of the launch"),
        ("2 days 200k P0", 200_000, 48, "P0"),
        ("for 1 week 50k: demo", 50_000, 168, "demo"),
        ("200k P0 since 2 hours for 48h", 200_000, 48, "P0 since 2 hours"),
        ("200k 12hrs", 200_000, 12, ""),
        ("200 000 for 3h x", 200_000, 3, "x"),
        ("for 48h", None, 48, ""),
        ("200k P0", 200_000, None, "P0"),
        ("", None, None, ""),
    ],
)
def test_amount_time_and_reason_come_in_any_order(
    text: str, amount: int | None, hours: int | None, reason: str
) -> None:
    words = read_boost(text.split(), TOKENS)
    assert isinstance(words, BoostWords)
    assert words.amount is None or isinstance(words.amount, Amount)
    assert (words.amount and words.amount.credits, words.hours, words.reason) == (amount, hours, reason)


async def test_a_developer_asks_and_is_told_who_decides(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", 'request override 80k for 48h "P0 incident"')
    assert reply.in_words() == (
        "80,000 tokens for 48 hours: waits for approval.\n"
        "For: P0 incident\n"
        "Asked: @carol. They can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin).\n"
        "You can: Cancel."
    )
    waiting = await talk.says("carol", "approvals")
    assert waiting.lines[0].startswith("@alice: 80,000 tokens for 48 hours (override). For: P0 incident. Until")
    assert (await talk.presses("alice", reply.actions[0])).title == "You no longer ask for a boost of 80,000 tokens."
    assert await states(acme) == ["cancelled"]


async def test_the_lead_presses_approve_and_may_close_it_again(acme: Company, talk: Talk) -> None:
    await talk.says("alice", "request override 80k for 48h P0")
    waiting = await talk.says("carol", "approvals")
    reply = await talk.presses("carol", waiting.actions[0])
    assert reply.in_words() == (
        "Approved: 80,000 tokens for @alice until Wed 4 Mar 2026, 10:00 (Europe/Berlin).\n"
        "That is 48 hours, out of the budget of Backend.\n"
        "You can: Revoke the boost of @alice."
    )
    async with open_desk(acme) as desk:
        await desk.call("alice", 30_000)
    closed = await talk.presses("carol", reply.actions[0])
    assert closed.in_words() == (
        "The boost of @alice, 80,000 tokens, is closed.\n30,000 tokens were used, 50,000 tokens went back."
    )
    assert (await talk.presses("carol", reply.actions[0])).in_words() == closed.in_words()
    assert (await talk.says("alice", "boosts")).title == "No boost is running."


@pytest.mark.parametrize(
    ("words", "amount", "end"),
    [
        ("approve @alice 50k for 24h", 50_000, "Tue 3 Mar 2026, 10:00"),
        ("approve @alice for 24h", 80_000, "Tue 3 Mar 2026, 10:00"),
        ("approve @alice 50k", 50_000, "Wed 4 Mar 2026, 10:00"),
        ("approve 50k for 1 day the small model will do", 50_000, "Tue 3 Mar 2026, 10:00"),
    ],
)
async def test_less_and_shorter_in_words(acme: Company, talk: Talk, words: str, amount: int, end: str) -> None:
    await talk.says("alice", "request boost 80k for 48h P0")
    reply = await talk.says("carol", words)
    assert reply.title == f"Approved: {amount:,} tokens for @alice until {end} (Europe/Berlin)."
    assert sum(held for name, held in (await acme.balances()).items() if name.startswith("boost:")) == amount


async def test_a_transfer_is_for_no_time(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 400_000)
    await talk.says("alice", "send @bob 150k --yes for the launch")
    reply = await talk.says("carol", "approve @alice 50k for 24h")
    assert reply.title == "Only a boost is for a time."
    assert (await acme.held()) == {"alice": 150_000}


async def test_denied_with_a_reason(acme: Company, talk: Talk) -> None:
    await talk.says("alice", "request override 80k for 48h P0")
    reply = await talk.says("carol", "deny @alice use the pool")
    assert reply.in_words() == "Denied: a boost of 80,000 tokens for @alice.\nNothing was moved."
    assert await states(acme) == ["rejected"]


async def test_a_short_budget_is_told_and_what_is_there_can_be_given(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    await sqlite_company.fund("Backend", 30_000)
    await talk.says("alice", "request override 80k for 48h P0")
    reply = await talk.says("carol", "approve @alice")
    assert reply.in_words() == (
        "The budget of Backend has 30,000 tokens that outlive the boost: not enough for 80,000 tokens.\n"
        "@erin can decide now, too, out of a larger budget.\n"
        "You can: Approve 30k from Backend."
    )
    assert (await talk.presses("carol", reply.actions[0])).title.startswith("Approved: 30,000 tokens for @alice")
    assert await states(sqlite_company) == ["active"]


async def test_what_is_there_is_given_for_the_time_that_was_agreed_to(sqlite_company: Company) -> None:
    talk = Talk(sqlite_company)
    await sqlite_company.fund("Backend", 30_000)
    await talk.says("alice", "request override 80k for 48h P0")
    [asked] = await told(sqlite_company, "approval.requested")
    form = await talk.opens("carol", f"approve {asked['approval_id']} smaller")
    reply = await talk.sends_off("carol", form, hours="24h", note="it held for 2h last time")
    assert isinstance(reply, Reply)
    given = await talk.presses("carol", reply.actions[0])
    assert given.title == "Approved: 30,000 tokens for @alice until Tue 3 Mar 2026, 10:00 (Europe/Berlin)."
    [decided] = await told(sqlite_company, "override.started")
    assert decided["note"] == "it held for 2h last time"


async def test_a_manager_gives_lists_and_closes(acme: Company, talk: Talk) -> None:
    reply = await talk.says("erin", "boost @dan 200k for 48h P0 incident")
    assert reply.in_words() == (
        "200,000 tokens for @dan until Wed 4 Mar 2026, 10:00 (Europe/Berlin).\n"
        "That is 48 hours, out of the budget of Engineering; what is left at the end goes back there.\n"
        "You can: Revoke the boost of @dan."
    )
    listed = await talk.says("erin", "boosts")
    assert listed.title == "1 boost is running."
    (line,) = listed.lines
    assert line.startswith(
        "@dan: 200,000 tokens until Wed 4 Mar 2026, 10:00 (Europe/Berlin), 0 tokens used. "
        "From @erin. For: P0 incident. Id: ovr_"
    )
    assert [action.label for action in listed.actions] == ["Revoke the boost of @dan"]
    own = await talk.says("dan", "boosts")
    assert (own.title, own.actions) == ("1 boost is running.", ())
    assert (await talk.says("alice", "boost")).title == "No boost is running."
    assert (await talk.says("carol", "boosts")).title == "No boost is running."
    assert (await talk.presses("erin", listed.actions[0])).tone is Tone.OK
    assert await acme.balances() == {"Acme": 9_000_000, "Engineering": 2_000_000, "Backend": 300_000}


async def test_a_boost_is_closed_by_whose_it_is_and_of_several_one_is_pressed(acme: Company, talk: Talk) -> None:
    await talk.says("erin", "boost @dan 200k for 48h P0 incident")
    await talk.says("erin", "boost @alice 50k for 24h the launch")
    reply = await talk.says("erin", "boosts revoke")
    assert (reply.title, len(reply.lines)) == ("Which one?", 2)
    labels = [action.label for action in reply.actions]
    assert labels == ["Revoke the boost of @alice", "Revoke the boost of @dan"]
    closed = await talk.says("erin", "boosts revoke @dan it is over")
    assert closed.title == "The boost of @dan, 200,000 tokens, is closed."
    assert (await talk.says("erin", "boosts revoke @dan")).title == "No boost runs that you may close."
    assert (await talk.presses("erin", reply.actions[0])).tone is Tone.OK
    assert (await talk.says("erin", "boosts")).title == "No boost is running."


@pytest.mark.parametrize(
    ("who", "words", "said"),
    [
        ("alice", "request override", "How much, for how long, and what for?"),
        ("alice", "request override 80k P0", "For how long?"),
        ("alice", "request override 80k for 48h", "What is it for?"),
        ("alice", "request override 80k for 8 days P0", "168 hours at most."),
        ("alice", "request override 11M for 48h P0", "10,000,000 tokens is the most that anybody can approve."),
        ("alice", "request override 1.23456789k for 48h P0", "“1.23456789k” is not an amount that I can use."),
        ("alice", "boost @bob 80k for 48h P0", "You may not do that."),
        ("carol", "boost @alice 200k for 48h P0", "100,000 tokens is the most that you can grant."),
        ("carol", "boost @alice 80k P0", "How much, and for how long?"),
        ("erin", "boost @erin 80k for 1h P0", None),
        ("carol", "boosts revoke", "No boost runs that you may close."),
        ("carol", "boosts revoke ovr_none", "I do not know that boost."),
        ("alice", "cancel ovr_none", "I do not know that boost."),
    ],
)
async def test_what_cannot_be_is_explained(acme: Company, talk: Talk, who: str, words: str, said: str | None) -> None:
    reply = await talk.says(who, words)
    assert reply.tone is Tone.REFUSED
    assert said is None or reply.title == said
    assert await states(acme) == []


async def test_boost_without_a_name_asks_for_oneself(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", "boost 80k for 48h P0")
    assert reply.title == "80,000 tokens for 48 hours: waits for approval."
    assert await states(acme) == ["pending"]


async def test_balance_and_history_show_boosts_apart(acme: Company, talk: Talk) -> None:
    await acme.fund("alice", 10_000)
    await talk.says("carol", "boost @alice 30k for 48h P0")
    async with open_desk(acme) as desk:
        await desk.call("alice", 25_000)
        await desk.call("alice", 9_000)
    facts = {fact.label: fact.value for fact in (await talk.says("alice", "balance")).facts}
    assert facts["This month"].startswith("2 calls, 34,000 tokens, 30,000 tokens of them by boosts, ")
    assert facts["Boost"] == "0 tokens, until Wed 4 Mar 2026, 10:00 (Europe/Berlin)"
    await until(acme, acme.clock.at + timedelta(hours=48))
    table = (await talk.says("alice", "history")).table
    assert table is not None
    assert table.rows == (
        ("boost from @carol", "2026-03-02 10:00", "ended, 30,000 tokens used", "30,000"),
        ("allocated from Acme", "2026-03-02 10:00", "completed", "10,000"),
    )
    facts = {fact.label: fact.value for fact in (await talk.says("alice", "balance")).facts}
    assert "Boost" not in facts
    assert facts["This month"].startswith("2 calls, 34,000 tokens, 30,000 tokens of them by boosts, ")


async def test_what_is_pending_cannot_be_given_twice_by_one_press(acme: Company, talk: Talk) -> None:
    await talk.says("alice", "request override 80k for 48h P0")
    (press, *_) = (await talk.says("carol", "approvals")).actions
    first = await talk.presses("carol", press)
    assert (await talk.presses("carol", press)).in_words() == first.in_words()
    granted = [name for name in await acme.balances() if name.startswith(boost(""))]
    assert len(granted) == 1


async def test_asking_by_form_is_asking(acme: Company, talk: Talk) -> None:
    form = (await talk.says("alice", "request override 80k")).form
    assert form is not None
    assert [field.initial for field in form.fields] == ["80000", "", ""]
    wrong = await talk.sends_off("alice", form, amount="80k", hours="soon", reason="P0")
    assert isinstance(wrong, Mistakes)
    assert wrong.by_field == {"hours": "That is no length of time. For example: 48h, 2 days, 1 week."}
    wrong = await talk.sends_off("alice", form, amount="80k", hours="8 days", reason="P0")
    assert isinstance(wrong, Mistakes)
    assert wrong.by_field.keys() == {"hours"}
    wrong = await talk.sends_off("alice", form, amount="80k", hours="2 days", reason="")
    assert isinstance(wrong, Mistakes)
    assert wrong.by_field.keys() == {"reason"}
    assert await states(acme) == []
    sent = await talk.sends_off("alice", form, amount="80k", hours="48", reason="P0 incident")
    assert isinstance(sent, Reply)
    assert sent.title == "80,000 tokens for 48 hours: waits for approval."
    assert await states(acme) == ["pending"]


def test_notices_say_what_a_boost_came_to() -> None:
    telling = Telling(TOKENS, ZoneInfo("Europe/Berlin"))
    payload = {"user_id": "usr_1", "amount": 80_000, "used": 30_000, "returned": 40_000, "in_flight": 10_000}
    people = {"usr_1": "alice", "usr_2": "carol"}
    event: dict[str, Any] = {"event_id": "evt_1", "reader_id": "usr_1", "people": people, "places": {}}
    ended = notice_reply(Heard(type="override.ended", payload=payload, **event), telling)
    assert ended.in_words() == (
        "The boost of @alice, 80,000 tokens, has ended.\n"
        "30,000 tokens were used, 40,000 tokens went back."
        " 10,000 tokens are held by calls; what they do not cost goes back, too."
    )
    closed = payload | {"in_flight": 0, "revoked_by": "usr_2", "note": "it is over"}
    revoked = notice_reply(Heard(type="override.revoked", payload=closed, **event), telling)
    assert revoked.in_words() == (
        "Your boost of 80,000 tokens was closed by @carol.\n"
        "“it is over” 30,000 tokens were used, 40,000 tokens went back."
    )
