"""Where Teams takes what a bot sends, and where a bot gets its token: records everything, fails as told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Arrived:
    """One call that arrived."""

    method: str
    path: str
    body: dict[str, Any]
    bearer: str


@dataclass
class Connector:
    """`answers` are the statuses (and headers) to give next, 200 when empty; `hang` never answers."""

    arrived: list[Arrived] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    tokens: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    hangs: bool = False
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Who is asked for by their id."""
    looked: list[str] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    """The statuses to answer such questions with next."""
    anything: asyncio.Event = field(default_factory=asyncio.Event)

    def add_to(self, app: web.Application) -> None:
        """The connector's and the login's addresses."""
        app.router.add_post("/token", self._token)
        app.router.add_get("/teams/v3/conversations/{conversation}/members/{member}", self._look)
        app.router.add_route("*", "/teams/v3/{rest:.*}", self._take)

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["grant_type"] == "client_credentials"
        if form["client_secret"] != "open sesame":
            return web.json_response({"error": "invalid_client", "error_description": "it was: wrong"}, status=401)
        self.tokens += 1
        return web.json_response({"access_token": f"token-{self.tokens}", "expires_in": 3600})

    async def _look(self, request: web.Request) -> web.Response:
        self.looked.append(request.match_info["member"])
        if self.looks:
            return web.json_response({"error": {"code": "Told", "message": "to"}}, status=self.looks.pop(0))
        known = self.people.get(request.match_info["member"])
        missing = {"error": {"code": "MemberNotFoundInConversation", "message": "not here"}}
        return web.json_response(missing if known is None else known, status=404 if known is None else 200)

    async def _take(self, request: web.Request) -> web.Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = json.loads(await request.text() or "{}")
        self.arrived.append(Arrived(request.method, "/" + request.match_info["rest"], body, bearer))
        made = f"m{len(self.arrived)}"
        self.anything.set()
        if self.hangs:
            await self.released.wait()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if status >= 300:
            return web.json_response({"error": {"code": "Told", "message": "to"}}, status=status, headers=headers)
        return web.json_response({"id": self._kept(request, body, made=made)}, status=status, headers=headers)

    def _kept(self, request: web.Request, body: dict[str, Any], *, made: str) -> str:
        """The id of what was posted or changed; of a conversation, when one was opened."""
        parts = request.match_info["rest"].split("/")
        if len(parts) > 2:
            made = parts[3] if request.method == "PUT" else made
            self.messages.setdefault(parts[1], {})[made] = body
        return made

    def standing(self, conversation_id: str) -> dict[str, dict[str, Any]]:
        """The messages of a conversation as they were last written: id → message."""
        return self.messages.get(conversation_id, {})
