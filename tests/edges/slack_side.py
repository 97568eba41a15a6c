"""Slack's side of the wire: what it signs and posts to us, and the response_url where it takes answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import update

from bot.commands.office import Office
from bot.slack.app import SlackApp, slack_app
from bot.slack.late import Patience
from bot.slack.workspaces import OneWorkspace, Workspaces
from core.directory.events import AccountLinked
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.storage.tables import outbox
from tests.company import Company
from tests.edges.slack_api import TOKEN, SlackApi

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
UNHURRIED = 60.0
"""Seconds: what is asked is answered at once, however busy the machine is; a test of what comes later says 0."""
ACCOUNTS = {"alice": "U0ALICE", "bob": "U0BOB", "carol": "U0CAROL", "erin": "U0ERIN"}


async def link(acme: Company, workspace: str = "T0ACME") -> None:
    """Acme's workspace, and the accounts of four people, who were welcomed there long ago."""
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
    await welcomed(acme)


async def welcomed(acme: Company) -> None:
    """Whoever has an account by now was told so."""
    await acme.execute(update(outbox).where(outbox.c.type == AccountLinked.name).values(dispatched_at=acme.clock.now()))


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
    api: SlackApi
    workspaces: Workspaces
    front: SlackApp
    triggers: count[int] = field(default_factory=lambda: count(1))

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
            "trigger_id": f"press-trigger-{next(self.triggers)}",
            "response_url": self.answers.url,
            "actions": [button | {"block_id": "b", "action_ts": "1.0"}],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    def press_in(self, who: str, button: dict[str, Any], view: dict[str, Any]) -> bytes:
        """The form of a press in a window or on Home."""
        payload = self._person(who) | {
            "type": "block_actions",
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": f"press-trigger-{next(self.triggers)}",
            "view": view,
            "actions": [button | {"block_id": "b", "action_ts": "1.0"}],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    def send_off(self, who: str, view: dict[str, Any], values: dict[str, Any]) -> bytes:
        """The form of a window that was filled in: what is not named is as it was drawn."""
        state = {
            block["block_id"]: {block["element"]["action_id"]: _state(block["element"], values.get(block["block_id"]))}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        payload = self._person(who) | {
            "type": "view_submission",
            "trigger_id": "submit-trigger",
            "view": view | {"state": {"values": state}},
            "response_urls": [],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    def opened_home(self, who: str, *, tab: str = "home", view: dict[str, Any] | None = None) -> bytes:
        """The event that says so."""
        event = {"type": "app_home_opened", "user": ACCOUNTS.get(who, who), "channel": "D0", "tab": tab}
        payload = {
            "type": "event_callback",
            "team_id": "T0ACME",
            "api_app_id": "A0ALFRED",
            "event": event | {"event_ts": "1.0"} | ({"view": view} if view else {}),
            "event_id": f"Ev{next(self.triggers)}",
            "event_time": 1,
            "authorizations": [{"enterprise_id": None, "team_id": "T0ACME", "user_id": "U0BOT", "is_bot": True}],
        }
        return json.dumps(payload).encode()

    def _person(self, who: str) -> dict[str, Any]:
        return {
            "team": {"id": "T0ACME", "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": ACCOUNTS.get(who, who), "username": "not-authority", "team_id": "T0ACME"},
            "api_app_id": "A0ALFRED",
        }

    async def hears(self, body: bytes, *, content_type: str = FORM) -> Any:  # noqa: ANN401  JSON has this type
        """What is acknowledged; None when nothing is said."""
        status, answer = await self.post(body, self.headers(body, content_type=content_type))
        assert status == 200, answer
        return json.loads(answer) if answer else None

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


def _state(element: dict[str, Any], value: object) -> dict[str, Any]:
    """An input as Slack tells it."""
    kind = element["type"]
    drawn, name = {
        "users_select": ("initial_user", "selected_user"),
        "multi_users_select": ("initial_users", "selected_users"),
        "datepicker": ("initial_date", "selected_date"),
        "plain_text_input": ("initial_value", "value"),
        "static_select": ("initial_option", "selected_option"),
    }[kind]
    if kind == "static_select" and value is not None:
        value = next(option for option in element["options"] if option["value"] == value)
    return {"type": kind, name: element.get(drawn) if value is None else value}


@asynccontextmanager
async def slack_side(
    acme: Company,
    office: Office,
    *,
    patience: float = UNHURRIED,
    turn: float = UNHURRIED,
    workspaces: Workspaces | None = None,
) -> AsyncIterator[Slack]:
    """Alfred's real Slack app on a port of its own, and a response_url on another."""
    alfred = web.Application(client_max_size=8 * 1024 * 1024)
    answers = Answers()
    theirs = web.Application()
    theirs.router.add_post("/response", answers.take)
    api = SlackApi()
    theirs.router.add_post("/api/{method}", api.take)
    async with TestServer(theirs) as hooks, ClientSession() as session:
        answers.url = str(hooks.make_url("/response"))
        one = OneWorkspace(TOKEN, api_url=str(hooks.make_url("/api")), session=session)
        front = slack_app(
            office=office,
            workspaces=workspaces or one,
            signing_secret=SECRET,
            now=acme.clock.now,
            patience=Patience(typed=patience, drawn=patience, turn=turn),
        )
        front.add_to(alfred)
        async with TestServer(alfred) as server:
            yield Slack(acme, session, str(server.make_url("/slack/events")), answers, api, workspaces or one, front)
