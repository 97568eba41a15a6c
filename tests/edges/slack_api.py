"""Slack's Web API as far as Alfred uses it: keeps messages, checks tokens, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.slack.channel import SlackTransport
from bot.slack.finding import Finding
from bot.slack.port import Port
from bot.slack.workspaces import OneWorkspace
from core.directory.identities import Identities
from core.storage.transaction import Clock
from tests.company import Company
from tests.edges.slack_limits import check_blocks
from tests.edges.slack_windows import Views

TOKEN = "xoxb-acme"


@dataclass(frozen=True)
class Call:
    """One call that arrived, whatever was answered."""

    method: str
    body: dict[str, Any]


@dataclass
class SlackApi(Views):
    """`fail` says how the next call of a method ends. `messages` stand by (channel, ts) as they were last written."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By address."""
    shut: set[str] = field(default_factory=set)
    """Channels where the bot is no member."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    """Set it to let calls end that hang."""
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while one does."""
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set since a message stands here."""
    told: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    """Messages as they come."""
    _faults: dict[str, deque[web.Response | str]] = field(default_factory=lambda: defaultdict(deque))
    _ts: Any = field(default_factory=lambda: count(1))

    def too_fast(self, method: str, seconds: int) -> None:
        """429, with the time to wait."""
        body = {"ok": False, "error": "ratelimited"}
        self._faults[method].append(web.json_response(body, status=429, headers={"Retry-After": str(seconds)}))

    def status(self, method: str, status: int) -> None:
        """Slack, or something on the way there, is in trouble."""
        self._faults[method].append(web.Response(status=status, text="<html>oops</html>", content_type="text/html"))

    def error(self, method: str, code: str) -> None:
        """Slack says no."""
        self._faults[method].append(web.json_response({"ok": False, "error": code}))

    def answers(self, method: str, body: object) -> None:
        """Something that Slack would not say."""
        self._faults[method].append(web.json_response(body))

    def cut(self, method: str) -> None:
        """The connection ends without an answer, after the call was carried out."""
        self._faults[method].append("cut")

    def hang(self, method: str) -> None:
        """No answer until `go_on`."""
        self._faults[method].append("hang")

    def said(self, method: str) -> list[dict[str, Any]]:
        """What this method was called with."""
        return [call.body for call in self.calls if call.method == method]

    def shown_to(self, account: str) -> list[dict[str, Any]]:
        """The messages in somebody's direct conversation as they stand, oldest first."""
        return [body for (channel, _), body in sorted(self.messages.items()) if channel == f"D{account}"]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Slack's end."""
        method, body = request.match_info["method"], await _body(request)
        self.calls.append(Call(method, body))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        fault = self._faults[method].popleft() if self._faults[method] else None
        if isinstance(fault, web.Response):
            return fault
        if fault == "hang":
            self.hangs.set()
            await self.go_on.wait()
        answer = _METHODS[method](self, body)
        if fault == "cut":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)

    def open(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method conversations.open."""
        return {"ok": True, "channel": {"id": f"D{body['users']}"}}

    def look_at(self, _body: dict[str, Any]) -> dict[str, Any]:
        """The method users.info: nobody is here but who is linked."""
        return {"ok": False, "error": "user_not_found"}

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method chat.postMessage."""
        if body["channel"] in self.shut:
            return {"ok": False, "error": "not_in_channel"}
        check_blocks(body["blocks"], most=50)
        assert body["text"]
        ts = f"1700000000.{next(self._ts):06}"
        self.messages[body["channel"], ts] = body
        self.told.put_nowait(body)
        self.posted.set()
        return {"ok": True, "channel": body["channel"], "ts": ts}

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method chat.update."""
        if (body["channel"], body["ts"]) not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        self.messages[body["channel"], body["ts"]] = body
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def whisper(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method chat.postEphemeral."""
        return {"ok": True, "message_ts": f"1700000000.{next(self._ts):06}"}

    def look_up(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method users.lookupByEmail."""
        member = self.members.get(body["email"])
        return {"ok": True, "user": member} if member else {"ok": False, "error": "users_not_found"}


async def _body(request: web.Request) -> dict[str, Any]:
    """Methods that only read take a form."""
    if request.match_info["method"].startswith("users."):
        return {name: str(value) for name, value in (await request.post()).items()}
    given: dict[str, Any] = await request.json()
    return given


_METHODS = {
    "users.lookupByEmail": SlackApi.look_up,
    "conversations.open": SlackApi.open,
    "chat.postMessage": SlackApi.post,
    "chat.update": SlackApi.update,
    "users.info": SlackApi.look_at,
    "chat.postEphemeral": SlackApi.whisper,
    "views.open": SlackApi.open_window,
    "views.update": SlackApi.update_window,
    "views.publish": SlackApi.publish,
}


@asynccontextmanager
async def slack_api() -> AsyncIterator[SlackApi]:
    """A Web API on a port of its own."""
    api = SlackApi()
    theirs = web.Application()
    theirs.router.add_post("/api/{method}", api.take)
    async with TestServer(theirs) as server:
        api.url = str(server.make_url("/api"))
        yield api
        api.go_on.set()


def transport_on(acme: Company, port: Port, wall: Clock) -> SlackTransport:
    """Direct messages, as a server of Acme's sends them."""
    finding = Finding(acme.engine, port, identities=Identities(acme.database), now=wall.now)
    return SlackTransport(acme.database, port, finding)


@asynccontextmanager
async def installed(api: SlackApi, *, token: str = TOKEN, seconds: float = 5) -> AsyncIterator[OneWorkspace]:
    """Alfred's side: the installs, on a session whose calls take at most that long."""
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        yield OneWorkspace(token, api_url=api.url, session=session)
