"""Slack's Web API and sockets, as far as installing and connecting use them; made here, on a port of its own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

CLIENT_ID, CLIENT_SECRET = "111.222", "client-secret-0123456789"
APP_TOKEN, BOT_TOKEN = "xapp-1-A0ALFRED-secret", "xoxb-secret-bot"


def granted(workspace: str, name: str = "Acme HQ", **more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """What `oauth.v2.access` answers, as in its documentation."""
    return {
        "ok": True,
        "app_id": "A0ALFRED",
        "token_type": "bot",
        "bot_user_id": "U0BOT",
        "scope": "commands,chat:write",
        "access_token": f"xoxe.xoxb-secret-{workspace}-1",
        "refresh_token": f"xoxe-1-secret-{workspace}-1",
        "expires_in": 43_200,
        "team": {"id": workspace, "name": name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U0ALICE"},
    } | more


@dataclass
class Socket:
    """One connection of Alfred's. `answers` is what came back over it."""

    connection: web.WebSocketResponse
    answers: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def sends(self, envelope_id: str, payload: dict[str, Any], *, kind: str = "slash_commands") -> None:
        """An envelope."""
        envelope = {"envelope_id": envelope_id, "type": kind, "accepts_response_payload": True, "payload": payload}
        await self.connection.send_str(json.dumps(envelope))


@dataclass
class SlackSite:
    """What Slack knows, and what it was asked."""

    url: str = ""
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    refreshed: list[str] = field(default_factory=list)
    """The refresh tokens that came, in order; each is good once."""
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The methods, in order."""
    bearers: set[str] = field(default_factory=set)
    is_broken: bool = False
    """Answers everything with a page of a proxy."""
    slowly: asyncio.Event = field(default_factory=asyncio.Event)
    """Refreshing waits for it."""
    is_refreshing: asyncio.Event = field(default_factory=asyncio.Event)
    sockets: asyncio.Queue[Socket] = field(default_factory=asyncio.Queue)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Any method."""
        method = request.match_info["method"]
        self.asked.append(method)
        self.bearers.add(request.headers.get("Authorization", ""))
        if self.is_broken:
            return web.Response(status=502, text="<html>Bad gateway for xoxb-secret-in-a-page</html>")
        form = {name: str(value) for name, value in (await request.post()).items()} | dict(request.query)
        if method == "oauth.v2.access":
            return web.json_response(await self._access(request, form))
        return web.json_response(self._answer(method, request, form))

    def _answer(self, method: str, request: web.Request, form: dict[str, str]) -> dict[str, Any]:
        if method == "users.info":
            user = self.users.get(form["user"])
            return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}
        bearer = request.headers.get("Authorization")
        if method == "auth.test":
            is_known = bearer == f"Bearer {BOT_TOKEN}"
            return {"ok": is_known, "team_id": "T0ACME", "team": "Acme HQ", "error": "invalid_auth"}
        if method == "apps.connections.open" and bearer == f"Bearer {APP_TOKEN}":
            return {"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket=secret-ticket"}
        return {"ok": False, "error": "invalid_auth"}

    async def _access(self, request: web.Request, form: dict[str, str]) -> dict[str, Any]:
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return {"ok": False, "error": "invalid_client_id"}
        if form.get("grant_type") == "refresh_token":
            self.is_refreshing.set()
            await self.slowly.wait()
            return self._refreshed(form["refresh_token"])
        return self.codes.pop(form["code"], {"ok": False, "error": "invalid_code"})

    def _refreshed(self, token: str) -> dict[str, Any]:
        is_burned = token in self.refreshed
        self.refreshed.append(token)
        if is_burned or not token.startswith("xoxe-1-secret-"):
            return {"ok": False, "error": "invalid_refresh_token"}
        workspace, number = token.removeprefix("xoxe-1-secret-").split("-")
        follows = f"{workspace}-{int(number) + 1}"
        tokens = {"access_token": f"xoxe.xoxb-secret-{follows}", "refresh_token": f"xoxe-1-secret-{follows}"}
        return {"ok": True, "token_type": "bot", "expires_in": 43_200, **tokens}

    async def agree(self, request: web.Request) -> web.StreamResponse:
        """The page where somebody agrees, and does at once: back with the one code there is."""
        back = f"{request.query['redirect_uri']}?code={next(iter(self.codes))}&state={request.query['state']}"
        return web.Response(status=302, headers={"Location": back})

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Slack's end of a socket."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        socket = Socket(connection)
        await connection.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        await self.sockets.put(socket)
        async for message in connection:
            if message.type is WSMsgType.TEXT:
                await socket.answers.put(json.loads(message.data))
        return connection


@asynccontextmanager
async def slack_site() -> AsyncIterator[SlackSite]:
    """Running."""
    api = SlackSite()
    api.slowly.set()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", api.call)
    app.router.add_get("/oauth/v2/authorize", api.agree)
    app.router.add_get("/socket", api.socket)
    async with TestServer(app) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api
