"""What Slack brings goes to Bolt through here, over HTTP and over a socket alike: an event that comes again is not done
again.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.once import Once

log = logging.getLogger(__name__)

_TAKEN: Final = 200


class Incoming:
    """One Slack app's door; what was parsed has been found to be Slack's."""

    def __init__(self, bolt: AsyncApp) -> None:
        self._bolt: Final = bolt
        self._once: Final = Once()

    async def take(self, payload: dict[str, Any]) -> BoltResponse:
        """The answer to one payload."""
        kind = payload.get("type")
        if kind == "app_rate_limited":
            log.warning("Slack holds events of %s back: more than 30,000 came in an hour", payload.get("team_id"))
            return BoltResponse(status=_TAKEN)
        event_id = payload.get("event_id") if kind == "event_callback" else None
        if isinstance(event_id, str):
            return await self._once.answer(event_id, lambda: self._dispatch(payload))
        return await self._dispatch(payload)

    async def _dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        # Given a text, Bolt loses a form in which somebody wrote the word "payload": it is given what was parsed.
        asked = AsyncBoltRequest(body=payload, mode="socket_mode")
        return await self._bolt.async_dispatch(asked)
