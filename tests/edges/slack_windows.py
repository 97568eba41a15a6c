"""The part of Slack's Web API that shows views: every one is checked as it comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.edges.slack_limits import check_view


@dataclass
class Views:
    """What people see in windows and on their Homes by now."""

    windows: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    shown: asyncio.Queue[tuple[str, dict[str, Any]]] = field(default_factory=asyncio.Queue)
    """Methods, and the views that they left, in order."""
    _used: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: count(1))

    def open_window(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method views.open."""
        assert body["trigger_id"] not in self._used, "a trigger opens one window"
        self._used.add(body["trigger_id"])
        return self._put("views.open", f"V{next(self._numbers)}", body["view"])

    def update_window(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method views.update."""
        return self._put("views.update", body["view_id"], body["view"])

    def publish(self, body: dict[str, Any]) -> dict[str, Any]:
        """The method views.publish."""
        assert body.get("hash", "…"), "an empty hash is a conflict"
        check_view(body["view"])
        self.published.append(body)
        self.homes[body["user_id"]] = body["view"] | {"id": "VHOME", "hash": f"h{next(self._numbers)}"}
        self.shown.put_nowait(("views.publish", self.homes[body["user_id"]]))
        return {"ok": True, "view": self.homes[body["user_id"]]}

    def _put(self, method: str, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        check_view(view)
        self.windows[view_id] = view | {"id": view_id}
        self.shown.put_nowait((method, self.windows[view_id]))
        return {"ok": True, "view": self.windows[view_id]}

    async def window(self, method: str = "views.open") -> dict[str, Any]:
        """The window that the next such call puts there."""
        while True:
            called, view = await asyncio.wait_for(self.shown.get(), 10)
            if called == method:
                return view

    async def home(self, account: str) -> dict[str, Any]:
        """A person's Home once it is published."""
        while True:
            called, view = await asyncio.wait_for(self.shown.get(), 10)
            if called == "views.publish" and self.homes.get(account) == view:
                return view
