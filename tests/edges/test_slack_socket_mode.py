"""Slack by Socket Mode: the same listeners over a connection that Alfred opens itself."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession

from bot.slack.app import slack_app
from bot.slack.late import Patience
from bot.slack.socket_mode import PING_SECONDS, socket_mode
from bot.slack.workspaces import OneWorkspace
from tests.company import Company
from tests.edges.slack_side import UNHURRIED, Slack, link, slack_side
from tests.edges.slack_site import APP_TOKEN, BOT_TOKEN, SlackSite, Socket, slack_site
from tests.talking import office_of


@pytest.fixture
async def site() -> AsyncIterator[SlackSite]:
    async with slack_site() as running:
        yield running


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Alice has 45,000 tokens."""
    await link(sqlite_company)
    await sqlite_company.fund("alice", 45_000)
    return sqlite_company


@asynccontextmanager
async def connected(
    acme: Company, site: SlackSite, *, app_token: str = APP_TOKEN, ping: float = PING_SECONDS
) -> AsyncIterator[None]:
    """Alfred with both tokens and nothing else. A pong that is late by half a `ping` breaks the line."""
    api_url = f"{site.url}/api"
    async with ClientSession() as session:
        workspaces = OneWorkspace(BOT_TOKEN, api_url=api_url, session=session)
        front = slack_app(
            office=office_of(acme),
            workspaces=workspaces,
            signing_secret=None,
            now=acme.clock.now,
            patience=Patience(typed=UNHURRIED, drawn=UNHURRIED),
        )
        async with socket_mode(front.incoming, app_token, api_url=api_url, ping=ping):
            yield
        await front.desk.close()


@pytest.fixture
async def slack(acme: Company) -> AsyncIterator[Slack]:
    """Makes the payloads that go over the socket."""
    async with slack_side(acme, office_of(acme)) as side:
        yield side


def command(slack: Slack, text: str, *, trigger: str = "1.2.a") -> dict[str, Any]:
    """A slash command as an envelope carries it."""
    return dict(parse_qsl(slack.command("alice", text, trigger=trigger).decode(), keep_blank_values=True))


async def answer(socket: Socket) -> dict[str, Any]:
    """What came back next."""
    return await socket.answers.get()


async def test_with_two_tokens_and_no_address_a_command_is_answered(
    acme: Company, site: SlackSite, slack: Slack
) -> None:
    async with connected(acme, site):
        socket = await site.sockets.get()
        await socket.sends("env-1", command(slack, "balance"))
        said = await answer(socket)
    assert said["envelope_id"] == "env-1"
    assert said["payload"]["response_type"] == "ephemeral"
    assert said["payload"]["text"].startswith("45,000 tokens available.")
    assert site.bearers == {f"Bearer {APP_TOKEN}"}


async def test_an_envelope_that_comes_twice_is_answered_twice_and_done_once(
    acme: Company, site: SlackSite, slack: Slack
) -> None:
    async with connected(acme, site):
        socket = await site.sockets.get()
        for _ in range(2):
            await socket.sends("env-1", command(slack, "send @bob 4k"))
        first, second = await answer(socket), await answer(socket)
    assert first == second
    assert await acme.balances() == {"alice": 41_000, "bob": 4_000}


async def test_an_event_that_comes_again_in_another_envelope_is_done_once(
    acme: Company, site: SlackSite, slack: Slack
) -> None:
    opened = json.loads(slack.opened_home("alice"))
    async with connected(acme, site):
        socket = await site.sockets.get()
        for envelope_id in ("env-1", "env-2"):
            await socket.sends(envelope_id, opened, kind="events_api")
        answers = [await answer(socket) for _ in range(2)]
    assert sorted(said["envelope_id"] for said in answers) == ["env-1", "env-2"]
    assert site.asked.count("views.publish") == 1


async def test_when_slack_says_goodbye_alfred_is_back_at_once(acme: Company, site: SlackSite, slack: Slack) -> None:
    async with connected(acme, site):
        first = await site.sockets.get()
        await first.connection.send_json({"type": "disconnect", "reason": "refresh_requested"})
        second = await site.sockets.get()
        await second.sends("env-2", command(slack, "balance"))
        assert (await answer(second))["payload"]["text"].startswith("45,000 tokens available.")


async def test_when_the_line_breaks_alfred_comes_back(acme: Company, site: SlackSite, slack: Slack) -> None:
    async with connected(acme, site, ping=1):
        first = await site.sockets.get()
        transport = first.connection._req.transport if first.connection._req is not None else None  # noqa: SLF001
        assert transport is not None
        transport.abort()
        second = await site.sockets.get()
        await second.sends("env-2", command(slack, "balance"))
        assert (await answer(second))["payload"]["text"].startswith("45,000 tokens available.")


async def test_what_is_under_way_when_alfred_stops_is_answered_first(
    acme: Company, site: SlackSite, slack: Slack
) -> None:
    async with AsyncExitStack() as alfred, AsyncExitStack() as elsewhere:
        await alfred.enter_async_context(connected(acme, site))
        socket = await site.sockets.get()
        await elsewhere.enter_async_context(acme.database.begin())  # nobody else writes until this ends
        await socket.sends("env-1", command(slack, "send @bob 4k"))
        await socket.sends("env-2", command(slack, "balance", trigger="1.2.b"))
        assert (await answer(socket))["envelope_id"] == "env-2"
        stopping = asyncio.create_task(alfred.aclose())
        await elsewhere.aclose()
        said = await answer(socket)
        await stopping
    assert said["payload"]["text"].startswith("4,000 tokens to @bob: sent.")
    assert await acme.balances() == {"alice": 41_000, "bob": 4_000}


async def test_a_token_that_slack_does_not_take_is_a_line_that_says_what_to_do(
    acme: Company, site: SlackSite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = logging.Handler()
    listener.emit = lambda record: heard.put_nowait(record.getMessage())  # type: ignore[method-assign]
    monkeypatch.setattr(logging.getLogger("bot.slack.socket_mode"), "handlers", [listener])
    async with connected(acme, site, app_token="xapp-1-secret-of-another-app"):
        said = await heard.get()
    hint = "Is the app token (xapp-…) of this app, with the scope connections:write?"
    assert said == f"Slack does not open a socket: invalid_auth. {hint}"
    assert "secret" not in caplog.text
