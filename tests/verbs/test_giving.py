"""Quotas and credits down the tree, in words."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.replies.reply import Tone
from core.allocation.show_funding import Funding, ShowFunding
from core.storage.tables import quotas
from tests.company import Company
from tests.conftest import on_both
from tests.talking import Talk, action


@pytest.fixture
async def acme(usual_company: Company) -> Company:
    """Engineering has 9,000,000 to give, Backend 5,000,000, Alice 400,000 of her own."""
    await usual_company.fund("Engineering", 9_000_000)
    await usual_company.fund("Backend", 5_000_000)
    await usual_company.fund("alice", 400_000)
    return usual_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)


async def kept(company: Company) -> list[tuple[str, int, str, str]]:
    """Whose quota, how much, how often, and how long it lives."""
    names = {id_: name for name, id_ in (company.users | company.nodes).items()}
    async with company.database.snapshot() as connection:
        found = await connection.execute(select(quotas).order_by(quotas.c.owner_id))
        return [(names[row.owner_id], row.amount, row.period, row.rollover) for row in found]


@on_both
async def test_a_lead_sets_a_quota_after_being_asked_back(acme: Company, talk: Talk) -> None:
    asked = await talk.says("carol", "quota @alice 200k monthly")
    assert asked.in_words() == (
        "200,000 tokens monthly for @alice?\n"
        "Until now there is none.\n"
        "It counts from the next period on.\n"
        "Backend has 5,000,000 tokens to give today.\n"
        "You can: Confirm, Cancel."
    )
    assert await kept(acme) == []
    done = await talk.presses("carol", action(asked, "Confirm"))
    assert done.in_words() == ("200,000 tokens monthly for @alice: set.\nNext refresh: Wed 1 Apr 2026.")
    assert await talk.presses("carol", action(asked, "Confirm")) == done
    assert await kept(acme) == [("alice", 200_000, "monthly", "90 days")]
    now = await talk.says("carol", "quota alice 300k now --yes")
    assert now.lines == ("300,000 tokens granted at once. Next refresh: Wed 1 Apr 2026.",)
    assert await acme.balances() == {"Engineering": 9_000_000, "Backend": 4_700_000, "alice": 700_000}
    asked = await talk.says("carol", "quota remove @alice")
    assert asked.in_words() == (
        "No more quota for @alice?\n"
        "Until now: 300,000 tokens monthly.\n"
        "What was granted stays; nothing more comes.\n"
        "You can: Confirm, Cancel."
    )
    assert await kept(acme) == [("alice", 300_000, "monthly", "90 days")]
    assert (await talk.presses("carol", action(asked, "Confirm"))).title == "@alice has no quota any more."
    assert await kept(acme) == []


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("quota @alice 50k per week --yes", "weekly"),
        ("quota @alice 50k/week --yes", "weekly"),
        ("quota alice: 50,000 tokens each day --yes", "daily"),
        ("quota set @alice to 50k a month --yes", "monthly"),
        ("quota @alice 50k --yes", "monthly"),
        ("quota 50k quarterly for @alice --yes", "quarterly"),
        ("quota 50k yearly alice --yes", "yearly"),
    ],
)
async def test_a_quota_is_said_in_many_ways(acme: Company, talk: Talk, words: str, period: str) -> None:
    assert (await talk.says("carol", words)).tone is Tone.OK
    assert await kept(acme) == [("alice", 50_000, period, "90 days")]


async def test_who_is_asked_for_their_quota_is_told(talk: Talk) -> None:
    assert (await talk.says("alice", "quota")).title == "@alice has no quota."
    await talk.says("carol", "quota @alice 200k monthly --yes")
    assert (await talk.says("alice", "what is my quota?")).lines == ("You can also say “quota”.",)
    assert (await talk.says("alice", "quota")).in_words() == (
        "200,000 tokens monthly for @alice.\nAvailable: 400,000 tokens\nNext refresh: Wed 1 Apr 2026\nRollover: 90 days"
    )


@on_both
async def test_a_manager_gives_and_takes_back(acme: Company, talk: Talk) -> None:
    asked = await talk.says("erin", "allocate 5M to team backend")
    assert asked.in_words() == (
        "Give 5,000,000 tokens to Backend?\n"
        "That is more than 10 % of what Engineering has to give; 4,000,000 tokens would be left there.\n"
        "You can: Confirm, Cancel."
    )
    given = await talk.presses("erin", action(asked, "Confirm"))
    assert given.in_words() == (
        "5,000,000 tokens to Backend: done.\n"
        "Usable until Sun 31 May 2026. Engineering has 4,000,000 tokens left to give.\n"
        "You can: Take it back."
    )
    assert await acme.balances() == {"Engineering": 4_000_000, "Backend": 10_000_000, "alice": 400_000}
    back = await talk.presses("erin", action(given, "Take it back"))
    assert back.in_words() == "5,000,000 tokens back from Backend.\nBackend has 5,000,000 tokens left; the dates stay."
    assert await acme.balances() == {"Engineering": 9_000_000, "Backend": 5_000_000, "alice": 400_000}


@pytest.mark.parametrize(
    ("words", "alice"),
    [
        ("allocate 20k to @alice for the launch", 420_000),
        ("allocate @alice 20k", 420_000),
        ("allocate alice 20,000 tokens because of the demo", 420_000),
        ("allocate 20k for @alice", 420_000),
        ("allocate --yes 20k alice --reason the launch", 420_000),
        ("allocate 20k back from @alice", 380_000),
        ("withdraw 20k from alice", 380_000),
        ("allocate withdraw 20k from @alice", 380_000),
    ],
)
async def test_small_amounts_move_at_once(acme: Company, talk: Talk, words: str, alice: int) -> None:
    assert (await talk.says("carol", words)).tone is Tone.OK
    assert await acme.balances() == {
        "Engineering": 9_000_000,
        "Backend": 5_400_000 - alice,
        "alice": alice,
    }


REFUSALS = [
    ("carol", "quota @carol 1M monthly", "own_gain"),
    ("carol", "allocate 1k to @carol", "own_gain"),
    ("alice", "quota @alice 1M monthly", "not_allowed"),
    ("alice", "quota @bob 5k", "not_allowed"),
    ("carol", "quota backend 5M", "not_allowed"),
    ("carol", "allocate 5M to backend", "not_allowed"),
    ("dan", "allocate 5k to @bob", "not_allowed"),
    ("carol", "allocate 6M to @alice", "out_of_credits"),
    ("carol", "withdraw 500k from @alice", "out_of_credits"),
    ("carol", "quota remove @bob", "bad_value"),
    ("grace", "allocate 5M to acme", "bad_value"),
    ("carol", "allocate 5M to bakend", "unknown_node"),
    ("carol", "allocate 5k to zoe", "unknown_user"),
    ("carol", "allocate 5k", "usage"),
    ("carol", "allocate @alice", "usage"),
    ("carol", "allocate", "usage"),
    ("carol", "allocate 5k to @alice @bob", "usage"),
    ("carol", "allocate 10.000 to @alice", "usage"),
    ("carol", "quota 5k", "usage"),
]


async def test_a_no_has_a_reason_and_nothing_moves(acme: Company, talk: Talk) -> None:
    before = await acme.traces()
    for who, text, code in REFUSALS:
        reply = await talk.says(who, text)
        assert (text, reply.code, reply.tone) == (text, code, Tone.REFUSED)
    assert await acme.traces() == before
    assert await kept(acme) == []


@on_both
async def test_what_is_above_is_for_those_who_may_give_it(acme: Company) -> None:
    shown = {
        who: await acme.ask(ShowFunding, by=who, owner_id=acme.user("alice")) for who in ("carol", "alice", "henry")
    }
    whole = Funding(acme.user("alice"), True, "alice", 400_000, None, "Backend", 5_000_000)
    assert shown["carol"] == whole
    assert {funding.above for who, funding in shown.items() if who != "carol"} == {None}
