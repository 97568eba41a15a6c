"""Several processes behind one address: each with connections of its own to the same Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from copy import copy
from typing import Any, cast

import pytest

from core.engine import Engine
from core.storage.database import Database
from tests.company import Company, find_company
from tests.edges.teams_talk import Teams, button, link, teams_side, titles, words
from tests.talking import Talk, office_of

CARD, TOAST = "application/vnd.microsoft.card.adaptive", "application/vnd.microsoft.activity.message"

pytestmark = pytest.mark.postgres


@pytest.fixture
async def both(postgres_acme: Database) -> AsyncIterator[tuple[Teams, Teams]]:
    """Two processes; Alice has 400,000 tokens and has asked to send 150,000 of them to Bob."""
    acme = await find_company(postgres_acme)
    await link(acme)
    await acme.fund("alice", 400_000)
    await Talk(acme).says("alice", "send @bob 150k --yes --message launch")
    async with AsyncExitStack() as stack:
        sides = []
        for _ in range(2):
            database = await stack.enter_async_context(
                Database(postgres_acme.url.render_as_string(hide_password=False))
            )
            own = on_its_own(acme, database)
            sides.append(await stack.enter_async_context(teams_side(own, office_of(own))))
        yield sides[0], sides[1]


def on_its_own(acme: Company, database: Database) -> Company:
    """The same company, by another process."""
    other = cast("Any", copy(acme))
    other.database, other.engine = database, Engine(database, clock=acme.clock, new_id=acme.new_id)
    return cast("Company", other)


async def waiting_for(side: Teams, who: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The buttons that say yes and no to what waits for somebody."""
    card = await side.says(who, "approvals")
    yes, no = titles(card)[:2]
    return button(card, yes), button(card, no)


async def test_of_two_approvers_at_two_processes_at_once_one_decides(both: tuple[Teams, Teams]) -> None:
    first, second = both
    yes, _ = await waiting_for(first, "carol")
    _, no = await waiting_for(second, "erin")
    answers = await asyncio.gather(first.presses("carol", yes), second.presses("erin", no))
    assert sorted(answer["type"] for answer in answers) == sorted([CARD, TOAST])
    balances = await first.acme.balances()
    assert balances in ({"alice": 250_000, "bob": 150_000}, {"alice": 400_000})
    assert ("Approved" in words(answers[0]["value"])) is ("bob" in balances)


async def test_the_same_press_at_two_processes_at_once_is_one_deed_and_one_answer(both: tuple[Teams, Teams]) -> None:
    first, second = both
    yes, _ = await waiting_for(first, "carol")
    answers = await asyncio.gather(*(side.presses("carol", yes) for side in (first, second, first, second)))
    assert {words(answer["value"]) for answer in answers} == {words(answers[0]["value"])}
    assert await first.acme.balances() == {"alice": 250_000, "bob": 150_000}


async def test_the_same_message_at_two_processes_at_once_is_one_gift(both: tuple[Teams, Teams]) -> None:
    first, second = both
    again = {"id": "1700000000777", "text": "send bob 2k"}
    await asyncio.gather(*(side.deliver("alice", **again) for side in (first, second)))
    shown = [words(await side.next_card()) for side in both]
    assert shown[0] == shown[1]
    assert (await first.acme.balances())["bob"] == 2_000


async def test_the_same_form_at_two_processes_at_once_is_one_gift(both: tuple[Teams, Teams]) -> None:
    first, second = both
    form = {"form": "send", "about": "", "id": "say_77", "people": "aad-bob", "amount": "2k", "reason": "demo"}
    answers = await asyncio.gather(*(side.sends_off("alice", form) for side in (first, second)))
    assert answers[0] == answers[1]
    assert (await first.acme.balances())["bob"] == 2_000
