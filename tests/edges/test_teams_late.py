"""What Teams is told we are at: a crash before the answer swallows nothing and does nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivering.late import STILL_WANTED
from core.notify.backlog import LEASE
from core.storage.tables import backlog
from tests.company import Company
from tests.conftest import on_both
from tests.edges.hung import Hung
from tests.edges.teams_talk import Teams, link, teams_side, words
from tests.talking import office_of

ON_IT = "I am on it; the answer follows."


@pytest.fixture
async def acme(funded: Company) -> Company:
    await link(funded)
    return funded


@asynccontextmanager
async def hung_side(acme: Company) -> AsyncIterator[tuple[Teams, Hung]]:
    """Teams' side of a server that says it is at it and answers nothing; let go before it stops."""
    hung = Hung(acme.engine)
    async with teams_side(acme, replace(office_of(acme), engine=hung), patience=0) as side:  # type: ignore[arg-type]
        yield side, hung
        hung.may_go_on.set()


async def kept(acme: Company) -> list[Any]:
    """What stands in the backlog."""
    async with acme.database.snapshot() as connection:
        return list((await connection.execute(select(backlog).order_by(backlog.c.heard_at))).mappings())


@on_both
async def test_another_server_answers_what_one_took_on_before_it_died(acme: Company) -> None:
    async with hung_side(acme) as (first, hung), teams_side(acme, office_of(acme)) as second:
        assert (await first.deliver("alice", text="send bob 4k"))[0] == 202
        pressed = await first.presses("alice", {"verb": "say", "data": {"says": "send bob 2k", "id": "say_1"}})
        assert pressed["value"] == ON_IT
        form = {"form": "send", "about": "", "id": "say_2", "people": "aad-bob", "amount": "1k"}
        assert (await first.sends_off("alice", form))["value"] == ON_IT
        assert sorted(row["kind"] for row in await kept(acme)) == ["pressed", "said", "submitted"]
        await second.app.desk.take_over()
        assert await acme.balances() == {"alice": 45_000, "bob": 1_000}, "the first may still be at it"
        acme.clock.advance(seconds=LEASE.total_seconds())
        await second.app.desk.take_over()
        assert await acme.balances() == {"alice": 38_000, "bob": 8_000}
        assert not await kept(acme)
        told = " ".join([words(await first.next_card()) for _ in range(3)])
        assert all(f"{amount} tokens to @bob: sent" in told for amount in ("4,000", "2,000", "1,000"))
        # The first was not dead after all.
        hung.may_go_on.set()
        for _ in range(3):
            await first.next_card()
        assert await acme.balances() == {"alice": 38_000, "bob": 8_000}


async def test_what_was_answered_is_forgotten(acme: Company) -> None:
    async with hung_side(acme) as (side, hung):
        assert (await side.deliver("alice", text="send bob 4k"))[0] == 202
        assert len(await kept(acme)) == 1
        hung.may_go_on.set()
        assert words(await side.next_card()).startswith("4,000 tokens to @bob: sent")
    assert not await kept(acme)


async def test_what_was_wrong_in_a_dialog_is_said_by_whoever_takes_it_over(acme: Company) -> None:
    async with hung_side(acme) as (first, _), teams_side(acme, office_of(acme)) as second:
        form = {"form": "send", "about": "", "id": "say_2", "people": "aad-bob", "amount": "plenty"}
        assert (await first.sends_off("alice", form))["value"] == ON_IT
        acme.clock.advance(seconds=LEASE.total_seconds())
        await second.app.desk.take_over()
        assert "“plenty” is not an amount" in words(await first.next_card())


async def test_what_waited_too_long_is_not_done_any_more_and_whoever_asked_is_told(acme: Company) -> None:
    async with hung_side(acme) as (first, _), teams_side(acme, office_of(acme)) as second:
        assert (await first.deliver("alice", text="send bob 4k"))[0] == 202
        acme.clock.advance(seconds=STILL_WANTED.total_seconds() + 1)
        before = await acme.traces()
        await second.app.desk.take_over()
        told = words(await first.next_card())
        assert told.startswith("I was interrupted before I could answer “send bob 4k”.")
        assert await acme.traces() == before
        assert not await kept(acme)


async def test_what_nobody_could_be_told_is_told_later(acme: Company) -> None:
    async with hung_side(acme) as (first, _), teams_side(acme, office_of(acme)) as second:
        assert (await first.deliver("alice", text="send bob 4k"))[0] == 202
        acme.clock.advance(seconds=LEASE.total_seconds())
        first.connector.answers = [(403, {})]
        await second.app.desk.take_over()
        assert len(await kept(acme)) == 1
        acme.clock.advance(seconds=LEASE.total_seconds())
        await second.app.desk.take_over()
        assert not await kept(acme)
        assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_what_is_of_another_version_is_forgotten(acme: Company, caplog: pytest.LogCaptureFixture) -> None:
    async with hung_side(acme) as (first, _), teams_side(acme, office_of(acme)) as second:
        assert (await first.deliver("alice", text="balance"))[0] == 202
        await acme.execute(update(backlog).values(payload={"of": "another version"}))
        acme.clock.advance(seconds=LEASE.total_seconds())
        await asyncio.gather(second.app.desk.take_over(), first.app.desk.take_over())
        assert "of another version" in caplog.text
        assert not await kept(acme)
