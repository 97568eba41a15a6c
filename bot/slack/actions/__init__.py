"""Buttons."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.late import Kind
from bot.slack.rendering import PRESSED


def register(bolt: AsyncApp, desk: Desk) -> None:
    """Every button says what its label stands for."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.serve(body, ack, kind=Kind.PRESS)

    bolt.action(re.compile(re.escape(PRESSED)))(pressed)
