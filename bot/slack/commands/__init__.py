"""Slash commands."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.late import Kind


def register(bolt: AsyncApp, desk: Desk) -> None:
    """Every slash command is Alfred's, whatever the manifest calls it."""

    async def said(ack: AsyncAck, body: dict[str, Any]) -> None:
        await desk.serve(body, ack, kind=Kind.COMMAND)

    bolt.command(re.compile(r"/"))(said)
