"""Slack's Web API as far as windows, Homes and direct messages go: every view is checked as it comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from tests.edges.slack_limits import check_blocks, check_view


@dataclass
class WebApi:
    """What it was told, and what it shows by now."""

    windows: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    told: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    calls: asyncio.Queue[tuple[str, dict[str, Any]]] = field(default_factory=asyncio.Queue)
    """Methods, and what each was answered."""
    refusing: dict[str, str] = field(default_factory=dict)
    """Method -> the error that it answers, once."""
    used: set[str] = field(default_factory=set)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def take(self, request: web.Request) -> web.Response:
        """One call."""
        method, body = request.match_info["method"], await request.json()
        if method in self.refusing:
            answer = {"ok": False, "error": self.refusing.pop(method)}
        else:
            answer = {"ok": True} | self._do(method, body)
        await self.calls.put((method, answer))
        return web.json_response(answer)

    def _do(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "views.open":
                assert body["trigger_id"] not in self.used, "a trigger opens one window"
                self.used.add(body["trigger_id"])
                return {"view": self._put(f"V{next(self.numbers)}", body["view"])}
            case "views.update":
                return {"view": self._put(body["view_id"], body["view"])}
            case "views.publish":
                assert body.get("hash", "…"), "an empty hash is a conflict"
                check_view(body["view"])
                self.published.append(body)
                self.homes[body["user_id"]] = body["view"] | {"id": "VHOME", "hash": f"h{next(self.numbers)}"}
                return {"view": self.homes[body["user_id"]]}
            case "conversations.open":
                return {"channel": {"id": f"D{body['users']}"}}
            case "chat.postMessage":
                check_blocks(body["blocks"], most=50)
                assert body["text"]
                self.told.put_nowait(body)
                return {"channel": "D0", "ts": "1.0"}
        raise AssertionError(method)

    def _put(self, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        check_view(view)
        self.windows[view_id] = view | {"id": view_id}
        return self.windows[view_id]

    async def window(self, method: str = "views.open") -> dict[str, Any]:
        """The window that the next such call puts there."""
        while True:
            called, answer = await asyncio.wait_for(self.calls.get(), 10)
            if called == method and answer["ok"]:
                shown: dict[str, Any] = answer["view"]
                return shown

    async def home(self, account: str) -> dict[str, Any]:
        """A person's Home once it is published."""
        while True:
            called, answer = await asyncio.wait_for(self.calls.get(), 10)
            if called == "views.publish" and self.homes.get(account) == answer["view"]:
                return self.homes[account]
