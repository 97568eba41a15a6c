"""`POST /api/messages`: the gate, then what was done, then an answer; only invokes are answered in the body."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from bot.teams.gate import Gate, TurnedAway
from bot.teams.heard import Activity, InboundEvent, Kind, NotUnderstood, heard
from bot.teams.invoking import not_known

PATH: Final = "/api/messages"
REMEMBERED: Final = 10_000
"""Messages whose repetition is dropped. What moves credits is kept apart from doing so twice by its command id."""

Answer = Callable[[Activity], Awaitable[dict[str, Any] | None]]
"""What to answer an admitted activity with: a body for an invoke, None for everything else."""

log = logging.getLogger(__name__)


class Endpoint:
    """Lets Teams in and answers it."""

    def __init__(self, gate: Gate, answer: Answer) -> None:
        self._gate: Final = gate
        self._answer: Final = answer
        self._seen: Final[OrderedDict[tuple[str, str], None]] = OrderedDict()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        try:
            activity = await self._gate.admit(request)
            event = heard(activity)
        except TurnedAway as turned:
            log.warning("a request to Teams' endpoint was turned away: %s", turned.why)
            return _turned_away(turned)
        except NotUnderstood as odd:
            log.warning("an activity of another shape: %s", odd)
            return _refused(400, f"This is no activity of Teams: {odd}.")
        if event.kind is Kind.OTHER or self._is_repetition(event):
            return web.json_response(not_known()) if event.is_invoke else web.Response(status=202)
        body = await self._answer(activity)
        return web.Response(status=202) if body is None else web.json_response(body)

    def _is_repetition(self, event: InboundEvent) -> bool:
        """Teams sends a message again that was not answered in time. An invoke needs its answer again."""
        if event.is_invoke or not event.activity_id:
            return False
        key = event.conversation.conversation_id, event.activity_id
        if key in self._seen:
            return True
        self._seen[key] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False


def _turned_away(turned: TurnedAway) -> web.Response:
    if turned.status in {401, 403}:
        return web.Response(status=turned.status)
    return _refused(turned.status, f"This cannot be read: {turned.why}.")


def _refused(status: int, message: str) -> web.Response:
    """As the Bot Connector names errors."""
    return web.json_response({"error": {"code": "BadSyntax", "message": message}}, status=status)
