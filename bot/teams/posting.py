"""Where an answer goes that is no body of an invoke: into the conversation, or where nobody else reads."""

from __future__ import annotations

import logging
from typing import Final

from bot.replies.reply import Reply
from bot.teams.cards import message
from bot.teams.heard import InboundEvent
from bot.teams.people import PERSONAL
from bot.teams.port import ChatPort, Unsent

_MOVED: Final = "I have answered you in our own chat."
_NO_WAY_IN: Final = (
    "I have an answer for you alone, and Teams does not let me into a chat with you. Add me under Apps, and say "
    "“history” or “inbox” there to see what came of it."
)

log = logging.getLogger(__name__)


class Posting:
    """Brings answers to who asked."""

    def __init__(self, port: ChatPort) -> None:
        self._port: Final = port

    async def post(self, event: InboundEvent, reply: Reply) -> bool:
        """Into the conversation where it was asked, or, where others read, into the person's own; whether it arrived.

        Whoever is told that there is no way to answer them has been told.
        """
        where = event.conversation
        try:
            if where.kind == PERSONAL or not reply.is_private:
                await self._port.send(where, message(reply))
            else:
                text = _MOVED if await self._told_alone(event, reply) else _NO_WAY_IN
                await self._port.send(where, {"type": "message", "text": text})
        except Unsent as fault:
            log.error("an answer did not reach Teams: %s", fault.why)  # noqa: TRY400  the fault says it all
            return False
        return True

    async def _told_alone(self, event: InboundEvent, reply: Reply) -> bool:
        """Whether Teams lets the bot write to them where nobody else reads."""
        try:
            own = await self._port.open_personal(event.conversation, event.teams_id)
            await self._port.send(own, message(reply))
        except Unsent as fault:
            log.warning("%s is not reached alone: %s", event.account.external_id, fault.why)
            return False
        return True
