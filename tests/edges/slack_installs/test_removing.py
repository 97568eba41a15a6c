"""After an uninstall nothing of a workspace is left."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from bot.slack.workspaces import NotInstalled
from core.directory.link_identity import LinkIdentity
from core.directory.platforms import Platform
from tests.edges.slack_installs.server import (
    GRID,
    Server,
    everything,
    stored,
)
from tests.edges.slack_side import Slack, slack_side
from tests.talking import office_of

JSON = "application/json"


def event(slack: Slack, kind: str, *, id: str = "Ev1", at: datetime | None = None, **more: Any) -> bytes:  # noqa: ANN401
    """An event of Slack's about the whole workspace."""
    payload = {
        "token": "deprecated",
        "team_id": "T0ACME",
        "api_app_id": "A0ALFRED",
        "type": "event_callback",
        "event_id": id,
        "event_time": int((at or slack.acme.clock.now()).timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": "T0ACME", "is_enterprise_install": False}],
        "event": {"type": kind, **more},
    }
    return json.dumps(payload).encode()


async def hears(slack: Slack, body: bytes) -> int:
    """Deliver it, signed; the status."""
    status, _ = await slack.post(body, slack.headers(body, content_type=JSON))
    return status


@asynccontextmanager
async def removing(alfred: Server) -> AsyncIterator[Slack]:
    """Installed, with Alice linked, and Slack about to say what happened."""
    await alfred.installs()
    company = alfred.company
    account: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T0ACME", "external_id": "U0ALICE"}
    await company.run(LinkIdentity, by="alice", user_id=company.user("alice"), **account)
    async with slack_side(company, office_of(company), workspaces=alfred.workspaces) as slack:
        yield slack


async def test_after_an_uninstall_nothing_of_the_workspace_is_left(alfred: Server) -> None:
    async with removing(alfred) as slack:
        body = event(slack, "app_uninstalled")
        assert await hears(slack, body) == 200
        installs, workspaces, people, history = await everything(alfred.company)
        assert (installs, workspaces, people) == ([], [], [])
        assert await hears(slack, body) == 200
        assert await hears(slack, event(slack, "tokens_revoked", id="Ev2", tokens={"bot": ["U0BOT"]})) == 200
        assert (await everything(alfred.company))[3] == history
        with pytest.raises(NotInstalled):
            await alfred.workspaces.install("T0ACME")
        assert (await slack.says("alice", "balance"))["text"].startswith("This Slack workspace is not connected")


async def test_a_revoked_bot_token_ends_the_install_and_a_member_s_own_does_not(alfred: Server) -> None:
    async with removing(alfred) as slack:
        assert await hears(slack, event(slack, "tokens_revoked", tokens={"oauth": ["U0ALICE"]})) == 200
        assert len(await stored(alfred.company)) == 1
        assert await hears(slack, event(slack, "tokens_revoked", id="Ev2", tokens={"bot": ["U0BOT"]})) == 200
        assert await stored(alfred.company) == []


async def test_news_of_an_uninstall_that_comes_after_a_new_install_ends_nothing(alfred: Server) -> None:
    async with removing(alfred) as slack:
        gone_at = alfred.company.clock.now()
        alfred.company.clock.advance(seconds=90)
        await alfred.installs()
        assert await hears(slack, event(slack, "app_uninstalled", at=gone_at)) == 200
        assert len(await stored(alfred.company)) == 1
        assert (await slack.says("alice", "balance"))["text"].startswith("0 tokens available.")


async def test_an_enterprise_that_removes_it_is_forgotten_as_a_whole(on_sqlite: Server) -> None:
    await on_sqlite.installs("E0ACME", **GRID)
    company = on_sqlite.company
    async with slack_side(company, office_of(company), workspaces=on_sqlite.workspaces) as slack:
        told = json.loads(event(slack, "app_uninstalled"))
        told["authorizations"] = [{"enterprise_id": "E0ACME", "team_id": None, "is_enterprise_install": True}]
        assert await hears(slack, json.dumps(told | {"enterprise_id": "E0ACME"}).encode()) == 200
    assert (await everything(company))[:3] == [[], [], []]
