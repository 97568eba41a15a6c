"""What is acknowledged before it is answered: a crash between the two swallows nothing and does nothing twice."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import select, text

from bot.delivering.late import STILL_WANTED
from bot.slack.desk import AT_ONCE_IN_A_FILE
from bot.slack.rendering import PRESSED
from core.directory.erase_person import ErasePerson
from core.directory.platforms import Platform
from core.directory.remove_workspace import RemoveWorkspace
from core.leaving.deactivate_user import DeactivateUser
from core.notify.backlog import AT_A_TIME, LEASE
from core.storage.tables import backlog
from tests.company import Company
from tests.conftest import on_both
from tests.edges.slack_hung import hung_side
from tests.edges.slack_side import Slack, button, labels, slack_side
from tests.edges.test_slack_forms import opens, sends_off, words
from tests.talking import office_of

BALANCE = {
    "type": "button",
    "action_id": f"{PRESSED}0",
    "value": json.dumps({"says": "balance", "id": "cmd_1", "stays": True}),
}


async def kept(acme: Company) -> list[Any]:
    """What stands in the backlog."""
    async with acme.database.snapshot() as connection:
        return list((await connection.execute(select(backlog))).mappings())


async def test_another_server_answers_what_one_acknowledged_before_it_died(acme: Company) -> None:
    async with hung_side(acme) as (first, hung), slack_side(acme, office_of(acme)) as second:
        body = first.command("alice", "send @bob 4k", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        (row,) = await kept(acme)
        assert row["kind"] == "command"
        assert "token" not in row["payload"]
        await second.front.desk.take_over()
        assert await acme.balances() == {"alice": 45_000, "bob": 1_000}, "the first may still be at it"
        acme.clock.advance(seconds=LEASE.total_seconds())
        await second.front.desk.take_over()
        assert first.answers.bodies.get_nowait()["text"].startswith("4,000 tokens to @bob: sent.")
        assert await acme.balances() == {"alice": 41_000, "bob": 5_000}
        assert not await kept(acme)
        # The first was not dead after all.
        hung.may_go_on.set()
        assert (await first.answers.bodies.get())["text"].startswith("4,000 tokens to @bob: sent.")
        assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


@on_both
async def test_of_two_servers_that_take_over_one_answers(acme: Company) -> None:
    async with hung_side(acme) as (first, _), slack_side(acme, office_of(acme)) as second:
        for trigger in "abc":
            body = first.command("alice", "send @bob 1k", trigger=trigger)
            assert await first.post(body, first.headers(body)) == (200, "")
        acme.clock.advance(seconds=LEASE.total_seconds())
        async with slack_side(acme, office_of(acme)) as third:
            await asyncio.gather(second.front.desk.take_over(), third.front.desk.take_over())
        assert first.answers.bodies.qsize() == 3
        assert await acme.balances() == {"alice": 42_000, "bob": 4_000}


async def test_of_what_is_left_all_is_taken_over_and_none_waits_for_a_slow_one(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    async with hung_side(acme) as (first, _):
        await sends_off(first, "alice", view, people=["U0BOB"], amount="2k")
        for number in range(AT_A_TIME):
            body = first.command("alice", "balance", trigger=f"slow-{number}")
            assert await first.post(body, first.headers(body)) == (200, "")
        acme.clock.advance(seconds=LEASE.total_seconds())
        slack.api.hang("views.update")
        taking_over = asyncio.create_task(slack.front.desk.take_over())
        await slack.api.hangs.wait()
        told = [await first.answers.bodies.get() for _ in range(AT_A_TIME - 1)]
        slack.api.go_on.set()
        await taking_over
        told.append(first.answers.bodies.get_nowait())
        assert all("tokens available" in answer["text"] for answer in told)
        assert not await kept(acme)


async def test_what_was_answered_is_forgotten(acme: Company) -> None:
    async with slack_side(acme, office_of(acme), patience=0) as slack:
        body = slack.command("alice", "send @bob 4k", trigger="slow")
        assert (await slack.post(body, slack.headers(body)))[0] == 200
    assert not await kept(acme)
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_who_names_people_that_slack_must_look_up_keeps_nobody_in_line(acme: Company) -> None:
    async with slack_side(acme, office_of(acme), patience=0, turn=0) as slack:
        for number in range(AT_ONCE_IN_A_FILE):
            slack.api.hang("users.info")
            body = slack.command("alice", f"send <@U0NEW{number}|new> 1k", trigger=f"new-{number}")
            assert await slack.post(body, slack.headers(body)) == (200, "")
        asked = await slack.hears(slack.command("bob", "balance", trigger="meanwhile"))
        assert "1,000 tokens available" in (asked or await slack.answers.bodies.get())["text"]
        slack.api.go_on.set()
        for _ in range(AT_ONCE_IN_A_FILE):
            assert "I do not know @new" in (await slack.answers.bodies.get())["text"]


async def test_a_press_and_a_window_are_taken_over_too(acme: Company, slack: Slack) -> None:
    asked = await slack.says("alice", "send @bob 10k for the demo")
    view = await opens(slack, "alice", "send")
    async with hung_side(acme) as (first, _):
        press = first.press("alice", button(asked, "Confirm"))
        assert await first.post(press, first.headers(press)) == (200, "")
        waiting = await sends_off(first, "alice", view, people=["U0BOB"], amount="2k")
        assert "One moment" in words(waiting["view"])
        assert [row["kind"] for row in await kept(acme)] == ["press", "form"]
        acme.clock.advance(seconds=LEASE.total_seconds())
        await slack.front.desk.take_over()
        assert first.answers.bodies.get_nowait()["text"].startswith("10,000 tokens to @bob: sent.")
        assert "2,000 tokens to @bob: sent." in words(await slack.api.window("views.update"))
        assert await acme.balances() == {"alice": 33_000, "bob": 13_000}


async def test_what_waited_too_long_is_not_done_any_more_and_whoever_asked_is_told(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    async with hung_side(acme) as (first, _):
        body = first.command("alice", "send @bob 4k", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        await sends_off(first, "alice", view, people=["U0BOB"], amount="2k")
        acme.clock.advance(seconds=STILL_WANTED.total_seconds() + 1)
        before = await acme.traces()
        await slack.front.desk.take_over()
        told = first.answers.bodies.get_nowait()["text"]
        assert told.startswith("I was interrupted before I could answer “send @bob 4k”.")
        assert "Say “history” to see whether it was done" in told
        assert "I was interrupted" in words(await slack.api.window("views.update"))
        assert await acme.traces() == before
        assert not await kept(acme)


async def test_what_a_workspace_left_unanswered_is_forgotten_with_it(acme: Company) -> None:
    async with hung_side(acme) as (slack, _):
        body = slack.command("alice", "send @bob 4k", trigger="slow")
        assert await slack.post(body, slack.headers(body)) == (200, "")
        place: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T0ACME"}
        await acme.run(RemoveWorkspace, by="system", happened_at=acme.clock.now(), **place)
        assert not await kept(acme)


@on_both
async def test_what_an_erased_person_said_or_others_said_of_them_is_not_kept(acme: Company) -> None:
    async with hung_side(acme) as (slack, _):
        for who, text in {"alice": "send @bob 4k rent", "carol": "send <@U0ALICE> 4k", "bob": "balance"}.items():
            body = slack.command(who, text, trigger=who)
            assert await slack.post(body, slack.headers(body)) == (200, "")
        await acme.run(DeactivateUser, by="erin", user_id=acme.user("alice"))
        await acme.run(ErasePerson, by="grace", user_id=acme.user("alice"))
        assert [row["payload"]["text"] for row in await kept(acme)] == ["balance"]


async def test_what_nobody_could_be_told_is_told_later(acme: Company, slack: Slack) -> None:
    async with hung_side(acme) as (first, _):
        body = first.command("alice", "send @bob 4k", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        for status in (404, 200):
            first.answers.statuses.append(status)
            slack.api.error("conversations.open", "user_not_found")
            acme.clock.advance(seconds=LEASE.total_seconds())
            await slack.front.desk.take_over()
            assert first.answers.bodies.get_nowait()["text"].startswith("4,000 tokens to @bob: sent.")
            assert bool(await kept(acme)) is (status == 404)
        assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_what_nobody_can_be_told_any_more_is_forgotten(acme: Company, slack: Slack) -> None:
    async with hung_side(acme) as (first, _):
        body = first.command("alice", "send @bob 4k", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        first.answers.statuses.append(404)
        slack.api.error("conversations.open", "user_not_found")
        acme.clock.advance(seconds=STILL_WANTED.total_seconds() + 1)
        await slack.front.desk.take_over()
        assert not await kept(acme)


async def test_a_form_whose_trigger_died_with_the_server_leaves_a_button(acme: Company, slack: Slack) -> None:
    async with hung_side(acme) as (first, _):
        body = first.command("alice", "send", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        acme.clock.advance(seconds=LEASE.total_seconds())
        slack.api.error("views.open", "expired_trigger_id")
        await slack.front.desk.take_over()
        assert labels(first.answers.bodies.get_nowait()) == ["Open the form"]
        assert not await kept(acme)


async def test_what_is_of_another_version_is_forgotten(
    acme: Company, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    async with hung_side(acme) as (first, _):
        body = first.command("alice", "balance", trigger="slow")
        assert await first.post(body, first.headers(body)) == (200, "")
        await acme.execute(backlog.update().values(payload={"of": "another version"}))
        acme.clock.advance(seconds=LEASE.total_seconds())
        await slack.front.desk.take_over()
        assert "of another version" in caplog.text
        assert not await kept(acme)


async def test_whose_workspace_nobody_knows_is_answered_but_not_kept(acme: Company) -> None:
    async with slack_side(acme, office_of(acme), patience=0) as slack:
        body = slack.command("alice", "balance", trigger="slow", team_id="T0OTHER")
        assert (await slack.post(body, slack.headers(body)))[0] == 200
        assert not await kept(acme)


@on_both
@pytest.mark.parametrize("odd", [{"team": {"id": "T0\ud800"}}, {"message": float("nan")}, {"message": "\x00\ud800"}])
async def test_what_no_database_takes_is_acknowledged_and_answered_too(acme: Company, odd: dict[str, Any]) -> None:
    async with hung_side(acme) as (slack, hung):
        press = dict(parse_qsl(slack.press("alice", BALANCE).decode()))
        body = urlencode({"payload": json.dumps(json.loads(press["payload"]) | odd)}).encode()
        assert await slack.post(body, slack.headers(body)) == (200, "")
        hung.may_go_on.set()
        assert await slack.answers.bodies.get()


@on_both
async def test_who_asks_while_nothing_can_be_written_down_is_acknowledged_and_answered(acme: Company) -> None:
    # In SQLite nobody else writes while this does.
    async with hung_side(acme) as (slack, hung), acme.database.begin() as connection:
        if not acme.database.is_sqlite:
            await connection.execute(text("LOCK TABLE backlog"))
        body = slack.command("alice", "balance", trigger="slow")
        assert await slack.post(body, slack.headers(body)) == (200, "")
        hung.may_go_on.set()
        assert "tokens available" in (await slack.answers.bodies.get())["text"]
    assert not await kept(acme)


@on_both
async def test_a_server_that_is_killed_between_acknowledging_and_answering_loses_nothing(acme: Company) -> None:
    there, moment = acme.database.url.render_as_string(hide_password=False), acme.clock.now().isoformat()
    line = [sys.executable, "-m", "tests.edges.slack_dying", there, moment]
    dying = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    assert dying.stdout is not None
    address = (await dying.stdout.readline()).decode().strip()
    async with slack_side(acme, office_of(acme)) as slack:
        body = slack.command("alice", "send @bob 4k", trigger="slow")
        assert await replace(slack, app_url=address).post(body, slack.headers(body)) == (200, "")
        dying.kill()
        await dying.wait()
        assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
        acme.clock.advance(seconds=LEASE.total_seconds())
        await slack.front.desk.take_over()
        assert slack.answers.bodies.get_nowait()["text"].startswith("4,000 tokens to @bob: sent.")
        await slack.front.desk.take_over()
        assert slack.answers.bodies.empty()
        assert await acme.balances() == {"alice": 41_000, "bob": 5_000}
