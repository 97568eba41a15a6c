"""Windows: what is filled in and sent off."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk


def register(bolt: AsyncApp, desk: Desk) -> None:
    """Every form, under its own name; one of another version, too, is answered."""

    async def sent_off(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.submit(body, ack)

    async def closed(ack: AsyncAck) -> None:
        """Nothing was done, and nothing is to be undone."""
        await ack()

    bolt.view(re.compile(""))(sent_off)
    bolt.view_closed(re.compile(""))(closed)
