"""Slack's side of the wire: what it signs and posts to us, and the response_url where it takes answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.commands.office import Office
from bot.slack.app import slack_app
from bot.slack.workspaces import OneWorkspace, Workspaces
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from tests.company import Company

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
ACCOUNTS = {"alice": "U0ALICE", "bob": "U0BOB", "carol": "U0CAROL", "erin": "U0ERIN"}


async def link(acme: Company, workspace: str = "T0ACME") -> None:
    """Acme's workspace, and the accounts of four people."""
    await acme.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id=workspace)
    for who, account in ACCOUNTS.items():
        await acme.run(
            LinkIdentity,
            by=who,
            user_id=acme.user(who),
            platform=Platform.SLACK,
            workspace_id=workspace,
            external_id=account,
        )


@dataclass
class Answers:
    """A response_url and what arrived there."""

    url: str = ""
    bodies: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    statuses: list[int] = field(default_factory=list)
    """What to answer next; 200 when empty."""

    async def take(self, request: web.Request) -> web.Response:
        """Slack's end."""
        await self.bodies.put(await request.json())
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, text="ok")


@dataclass
class Slack:
    """Posts to Alfred as Slack does. `app_url` is the endpoint."""

    acme: Company
    session: ClientSession
    app_url: str
    answers: Answers

    def headers(self, body: bytes, *, age: int = 0, content_type: str = FORM) -> dict[str, str]:
        """Signed by Slack's own SDK, `age` seconds ago."""
        timestamp = str(int(self.acme.clock.now().timestamp()) - age)
        # Slack's signer takes text: what is no UTF-8 goes out with a signature that does not fit.
        text = body.decode("utf-8", "replace")
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=text)
        assert signature is not None
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
        }

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Deliver; the status and text of the answer."""
        answer: ClientResponse
        async with self.session.post(self.app_url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def command(self, who: str, text: str, *, trigger: str, **more: str) -> bytes:
        """The form of a slash command. `who` is a person of Acme or a Slack account."""
        form = {
            "token": "deprecated",
            "team_id": "T0ACME",
            "team_domain": "acme",
            "channel_id": "C0GENERAL",
            "channel_name": "general",
            "user_id": ACCOUNTS.get(who, who),
            "user_name": "not-authority",
            "command": "/alfred",
            "text": text,
            "api_app_id": "A0ALFRED",
            "is_enterprise_install": "false",
            "response_url": self.answers.url,
            "trigger_id": trigger,
        }
        return urlencode(form | more).encode()

    def press(self, who: str, button: dict[str, Any]) -> bytes:
        """The form of a press on a button that we rendered."""
        payload = {
            "type": "block_actions",
            "team": {"id": "T0ACME", "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": ACCOUNTS[who], "username": "not-authority", "team_id": "T0ACME"},
            "api_app_id": "A0ALFRED",
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "C0GENERAL"},
            "trigger_id": "press-trigger",
            "response_url": self.answers.url,
            "actions": [button | {"block_id": "b", "action_ts": "1.0"}],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    async def says(self, who: str, text: str, *, trigger: str = "1.2.a", **more: str) -> dict[str, Any]:
        """A slash command that is answered in the acknowledgement."""
        body = self.command(who, text, trigger=trigger, **more)
        status, answer = await self.post(body, self.headers(body))
        assert status == 200, answer
        message: dict[str, Any] = json.loads(answer)
        return message

    async def presses(self, who: str, button: dict[str, Any]) -> dict[str, Any]:
        """A press, and what arrives at the response_url."""
        body = self.press(who, button)
        assert await self.post(body, self.headers(body)) == (200, "")
        return await self.answers.bodies.get()


def button(message: dict[str, Any], label: str) -> dict[str, Any]:
    """The button with that label."""
    return next(element for element in _elements(message) if element["text"]["text"] == label)


def labels(message: dict[str, Any]) -> list[str]:
    """What can be pressed."""
    return [element["text"]["text"] for element in _elements(message)]


def _elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for block in message["blocks"] for element in block.get("elements", ())]


@asynccontextmanager
async def slack_side(
    acme: Company, office: Office, *, patience: float = 2.0, workspaces: Workspaces | None = None
) -> AsyncIterator[Slack]:
    """Alfred's real Slack app on a port of its own, and a response_url on another."""
    alfred = web.Application(client_max_size=8 * 1024 * 1024)
    answers = Answers()
    theirs = web.Application()
    theirs.router.add_post("/response", answers.take)
    async with TestServer(theirs) as hooks, ClientSession() as session:
        answers.url = str(hooks.make_url("/response"))
        one = OneWorkspace("xoxb-test", api_url=str(hooks.make_url("/api")), session=session)
        front = slack_app(
            office=office, workspaces=workspaces or one, signing_secret=SECRET, now=acme.clock.now, patience=patience
        )
        front.add_to(alfred)
        async with TestServer(alfred) as server:
            yield Slack(acme, session, str(server.make_url("/slack/events")), answers)
