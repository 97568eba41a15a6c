"""What is none of the rest: heard all the same, so that Slack neither repeats it nor shows somebody an error.

Slack, "The Events API": who acknowledges fewer than 5 % of the events within an hour gets no more of them.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.late import Kind

log = logging.getLogger(__name__)


def register(bolt: AsyncApp, desk: Desk) -> None:
    """Last: the first listener that fits answers."""

    async def happened(event: dict[str, Any]) -> None:
        log.info("an event that nothing here is for: %s", event.get("type"))

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button of another version says nothing that we know."""
        await desk.serve(body, ack, kind=Kind.PRESS)

    bolt.event(re.compile(""))(happened)
    bolt.action(re.compile(""))(pressed)
