"""Pools in words: looking, asking, deciding, funding."""

from __future__ import annotations

import pytest

from bot.commands.parse_pool import DrawWords, PoolWish, PoolWords, means_pool, read_draw, read_pool
from bot.replies.reply import Tone
from core.directory.units import Metering, Units
from tests.company import Company
from tests.pools.drawing import draw, make_junior
from tests.talking import Talk

UNITS = Units(Metering.TOKENS, None, {})


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """The pool of Backend has 400,000 tokens, its budget 80,000."""
    await sqlite_company.fund("Backend pool", 400_000)
    await sqlite_company.fund("Backend", 80_000)
    return sqlite_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)


async def test_a_developer_looks_at_the_pool_and_asks_with_a_button(acme: Company, talk: Talk) -> None:
    await draw(acme, "bob", 20_000)
    reply = await talk.says("alice", "pool")
    assert reply.in_words() == (
        "380,000 tokens free in the pool of Backend.\n"
        "Calls use it when somebody's own credits are spent. Requests up to 50,000 tokens are approved at once.\n"
        "Drawn this month: 20,000 tokens\n"
        "You may still draw: 500,000 tokens, until Wed 1 Apr 2026\n"
        "@bob · by calls 0 · on request 20k · in all 20,000\n"
        "You can: Request."
    )
    reply = await talk.presses("alice", reply.actions[0])
    assert reply.title == "How much should I ask the pool of Backend for?"
    assert [action.label for action in reply.actions] == ["10k", "25k", "50k"]
    reply = await talk.presses("alice", reply.actions[2])
    assert reply.in_words() == (
        "50,000 tokens of the pool of Backend are yours now.\n"
        "You have 50,000 tokens of your own, and may draw 450,000 tokens more this month."
    )
    again = await talk.presses("alice", (await talk.says("alice", "request from pool")).actions[0])
    assert again.title == "10,000 tokens of the pool of Backend are yours now."
    assert await acme.balances() == {"alice": 60_000, "bob": 20_000, "Backend pool": 320_000, "Backend": 80_000}


async def test_a_larger_request_waits_is_listed_and_approved_in_part(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", "request 150k from pool P0 incident")
    assert reply.in_words() == (
        "150,000 tokens of the pool of Backend: waits for approval.\n"
        "For: P0 incident\n"
        "Asked: @carol. They can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin).\n"
        "It is set aside until then; you may draw 350,000 tokens more this month.\n"
        "You can: Cancel."
    )
    listed = await talk.says("carol", "approvals")
    assert listed.lines[0].startswith("@alice: 150,000 tokens (from the team pool). For: P0 incident. Until")
    assert "@alice asks for 150,000 tokens. For: P0 incident. Until" in (await talk.says("bob", "pool")).lines[0]
    reply = await talk.says("carol", "approve @alice 100k")
    assert reply.in_words() == ("Approved: 100,000 tokens of the pool for @alice.\n150,000 tokens were asked for.")
    assert (await acme.balances())["alice"] == 100_000


async def test_a_request_is_denied_or_taken_back(acme: Company, talk: Talk) -> None:
    await talk.says("alice", "request 60k from pool for the demo")
    reply = await talk.presses("carol", (await talk.says("carol", "approvals")).actions[1])
    assert reply.in_words() == "Denied: 60,000 tokens of the pool for @alice.\nThe pool has the credits again."
    waiting = await talk.says("alice", "request pool 60000 --reason demo")
    reply = await talk.presses("alice", waiting.actions[0])
    assert reply.title == "The pool has 60,000 tokens again; nobody is asked any more."
    assert await acme.held() == {}


async def test_a_lead_funds_and_withdraws_with_buttons_and_words(acme: Company, talk: Talk) -> None:
    reply = await talk.says("carol", "pool")
    assert [action.label for action in reply.actions] == ["Request", "Fund", "Withdraw"]
    reply = await talk.presses("carol", reply.actions[1])
    assert reply.lines == ("The budget of Backend has 80,000 tokens.", "For example: “pool fund 100k”.")
    reply = await talk.presses("carol", reply.actions[1])
    assert reply.in_words() == (
        "50,000 tokens are in the pool of Backend now.\n"
        "The pool has 450,000 tokens free, the team's budget 30,000 tokens."
    )
    reply = await talk.says("erin", "pool withdraw 200k from backend because of the new plan")
    assert reply.title == "200,000 tokens of the pool of Backend are back in the team's budget."
    assert await acme.balances() == {"Backend pool": 250_000, "Backend": 230_000}


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        ("alice", "request 60k from pool", "Please say what it is for."),
        (
            "alice",
            "request 600k from pool for everything",
            "You may draw 500,000 tokens more from the pool this month.",
        ),
        ("alice", "request 450k from pool for everything", "The pool has 400,000 tokens free: not enough for 450,000"),
        ("erin", "request 10k from pool", "You are in no team, so there is no pool."),
        ("carol", "pool withdraw 500k", "The pool has 400,000 tokens free: not enough for 500,000 tokens."),
        ("alice", "pool fund 10k", "You may not do that."),
        ("alice", "request 1.5 from pool", "“1.5” is not an amount that I can use."),
        ("alice", "pool fund 10,00", "“10,00” is not an amount that I can use."),
        ("alice", "cancel drw_nothing", "I do not know that request to the pool."),
    ],
)
async def test_what_cannot_be_done_is_said(acme: Company, talk: Talk, who: str, text: str, said: str) -> None:
    before = await acme.traces()
    reply = await talk.says(who, text)
    assert reply.tone is Tone.REFUSED
    assert reply.title.startswith(said)
    assert await acme.traces() == before


async def test_a_junior_hears_when_five_requests_are_used_up(acme: Company, talk: Talk) -> None:
    await make_junior(acme, "alice")
    for _ in range(5):
        await talk.says("alice", "request 1k from pool")
    reply = await talk.says("alice", "request 1k from pool")
    assert reply.in_words() == (
        "You have asked the pool 5 times this month.\n"
        "Juniors may ask 5 times a month. It begins again on Wed 1 Apr 2026, 00:00 (Europe/Berlin).\n"
        "Ask a teammate or your team lead for credits."
    )


@pytest.mark.parametrize(
    ("text", "amount", "reason"),
    [
        ("50k from pool P0 incident", 50_000, "P0 incident"),
        ("50k from the team pool for the P0 incident", 50_000, "the P0 incident"),
        ("pool 50000 --reason P0 incident", 50_000, "P0 incident"),
        ("pool 50000 --reason=P0 incident", 50_000, "P0 incident"),
        ("from our shared pool 2.5M tokens because launch day", 2_500_000, "launch day"),
        ("some credits from pool: 10,000", 10_000, ""),
        ("from pool 10k 'load test'", 10_000, "load test"),
        ("from pool for the load test", None, "the load test"),
        ("from pool", None, ""),
    ],
)
def test_requests_to_the_pool_as_people_write_them(text: str, amount: int | None, reason: str) -> None:
    words = tuple(text.split())
    assert means_pool(words)
    found = read_draw(words, UNITS)
    assert isinstance(found, DrawWords)
    assert (found.amount and found.amount.credits, found.reason) == (amount, reason)


@pytest.mark.parametrize(
    "text", ["10k from @bob for the pool table", "@bob 10k for our pool party", "10k bob for a pool", "10k from bob"]
)
def test_a_colleague_is_asked_even_when_a_pool_is_spoken_of(text: str) -> None:
    assert not means_pool(tuple(text.split()))


@pytest.mark.parametrize(
    ("text", "wish", "amount", "team", "reason"),
    [
        ("", PoolWish.LOOK, None, "", ""),
        ("status of the backend team", PoolWish.LOOK, None, "backend", ""),
        ("fund 100k", PoolWish.FUND, 100_000, "", ""),
        ("fund with 100k for the launch", PoolWish.FUND, 100_000, "", "the launch"),
        ("add 5,000 to backend", PoolWish.FUND, 5_000, "backend", ""),
        ("please withdraw 50k from Backend --reason new plan", PoolWish.WITHDRAW, 50_000, "Backend", "new plan"),
        ("withdraw", PoolWish.WITHDRAW, None, "", ""),
    ],
)
def test_pool_as_people_write_it(text: str, wish: PoolWish, amount: int | None, team: str, reason: str) -> None:
    found = read_pool(tuple(text.split()), UNITS)
    assert isinstance(found, PoolWords)
    assert (found.wish, found.amount and found.amount.credits, found.team, found.reason) == (
        wish,
        amount,
        team,
        reason,
    )


async def test_who_manages_somebody_says_whose_limit_is_that_of_juniors(acme: Company, talk: Talk) -> None:
    reply = await talk.says("erin", "pool junior @alice")
    assert reply.in_words() == (
        "@alice is a junior now.\n"
        "At the pool the limit for juniors counts for them from now on; what they drew stays drawn."
    )
    assert (await talk.says("erin", "pool @alice is a junior")).title == "@alice is a junior already."
    refused = await talk.says("alice", "request 150k from pool for the launch")
    assert refused.code == "over_pool_allowance"
    for who, words, code in (
        ("alice", "pool senior @alice", "not_allowed"),
        ("carol", "pool senior @alice", "not_allowed"),
        ("erin", "pool junior @zoe", "unknown_user"),
    ):
        assert (await talk.says(who, words)).code == code
    assert (await talk.says("erin", "pool senior @alice")).title == "@alice is a senior now."
