"""Home: opened, refreshed, and turned over."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.heard import Payload, opener, presser
from bot.slack.home import PAGE, Home


def register(bolt: AsyncApp, desk: Desk, home: Home) -> None:
    """What needs no answer but the page itself."""

    async def look(payload: Payload) -> None:
        event = payload["event"]
        if event.get("tab") == "home":
            await home.show(opener(payload), hash_=(event.get("view") or {}).get("hash"))

    async def turn(payload: Payload) -> None:
        await home.show(presser(payload), page=int(payload["actions"][0]["value"]), hash_=payload["view"].get("hash"))

    async def opened(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.see(body, ack, look=look)

    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.see(body, ack, look=turn)

    bolt.event("app_home_opened")(opened)
    bolt.action(re.compile(re.escape(PAGE)))(turned)
