"""A server with Slack in its settings: what it connects to, and what a demo does on connecting."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert, select

from alfred.clocks import WallClock
from alfred.settings import Settings
from alfred.slack_greeting import greet
from alfred.slacking import SlackFront, open_slack, open_workspaces
from alfred.wiring import House, open_house
from bot.slack.late import Kind
from core.directory.platforms import Platform
from core.notify.backlog import LEASE, Backlog, Unanswered
from core.storage.tables import chat_workspaces, deployment
from tests.company import Company
from tests.edges.slack_side import Answers, link
from tests.edges.slack_site import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, SlackSite, slack_site


@pytest.fixture
async def site() -> AsyncIterator[SlackSite]:
    async with slack_site() as running:
        yield running


@asynccontextmanager
async def front(company: Company, **slack: Any) -> AsyncIterator[tuple[House, SlackFront]]:  # noqa: ANN401  settings
    """The Slack front end of a server over a company's database."""
    settings = Settings.model_validate(
        {"database_url": str(company.database.url), "secret_key": "0123456789abcdef" * 4, "slack": slack}
    )
    async with open_house(settings, clock=company.clock) as house, open_workspaces(house) as workspaces:
        opened = open_slack(house, workspaces)
        assert opened is not None
        yield house, opened


async def workspaces_of(company: Company) -> list[tuple[str, str]]:
    async with company.database.snapshot() as connection:
        found = await connection.execute(select(chat_workspaces.c.organization_id, chat_workspaces.c.workspace_id))
        return [(row.organization_id, row.workspace_id) for row in found]


def tokens(site: SlackSite) -> dict[str, str]:
    return {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "api_url": f"{site.url}/api"}


async def test_two_tokens_are_enough_to_connect(sqlite_company: Company, site: SlackSite) -> None:
    async with front(sqlite_company, **tokens(site)) as (_, slack), slack.connected():
        await site.sockets.get()


async def test_a_server_that_starts_answers_what_one_before_it_left(sqlite_company: Company, site: SlackSite) -> None:
    await sqlite_company.fund("alice", 45_000)
    await link(sqlite_company)
    answers, theirs = Answers(), web.Application()
    theirs.router.add_post("/response", answers.take)
    async with TestServer(theirs) as hooks:
        said = {"team_id": "T0ACME", "user_id": "U0ALICE", "text": "balance", "trigger_id": "1.2.a"}
        left = Unanswered(
            id="late_1",
            platform=Platform.SLACK.value,
            workspace_id="T0ACME",
            kind=Kind.COMMAND.value,
            payload=said | {"response_url": str(hooks.make_url("/response"))},
            heard_at=WallClock().now() - LEASE,
        )
        await Backlog(sqlite_company.database).keep(left)
        async with front(sqlite_company, **tokens(site)) as (_, slack), slack.connected():
            assert (await answers.bodies.get())["text"].startswith("45,000 tokens available.")


async def test_a_demo_takes_the_workspace_of_its_token_in(sqlite_company: Company, site: SlackSite) -> None:
    async with sqlite_company.database.begin() as connection:
        await connection.execute(insert(deployment).values(only=1, is_demo=True, clock_offset_seconds=0))
    async with front(sqlite_company, **tokens(site)) as (house, slack):
        for _ in range(2):
            await greet(house, slack.workspaces)
        assert await workspaces_of(sqlite_company) == [(sqlite_company.id, "T0ACME")]


async def test_any_other_database_is_told_whose_workspace_it_is(sqlite_company: Company, site: SlackSite) -> None:
    async with front(sqlite_company, **tokens(site)) as (house, slack):
        await greet(house, slack.workspaces)
        assert await workspaces_of(sqlite_company) == []


async def test_a_bot_token_that_slack_does_not_take_is_one_line(
    sqlite_company: Company, site: SlackSite, caplog: pytest.LogCaptureFixture
) -> None:
    async with front(sqlite_company, **(tokens(site) | {"bot_token": "xoxb-of-another"})) as (house, slack):
        await greet(house, slack.workspaces)
    assert "Slack does not take the bot token: invalid_auth" in caplog.text
    assert "xoxb-of-another" not in caplog.text


async def test_bolt_s_own_way_of_installing_does_not_come_in_through_the_environment(
    sqlite_company: Company, site: SlackSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", CLIENT_SECRET)
    many = {"signing_secret": "s", "public_url": "https://credits.example.org", "api_url": f"{site.url}/api"}
    async with front(sqlite_company, **many) as (_, slack):
        assert slack.app.bolt.oauth_flow is None
        assert slack.pages is not None
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
