"""The channel "slack_copies": every message that shows a request says how it ended, wherever that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.replies.background import telling_of
from bot.replies.outcomes import outcome_reply
from bot.slack.channel import PATIENCE, SCHEDULE, SLACK
from bot.slack.port import Port, Posted
from bot.slack.rendering import content
from core.notify.background import background_of
from core.notify.channel import Event, Message, NobodyThere
from core.notify.message_copies import copies_in, copies_of
from core.notify.request_now import ended_request, request_now
from core.notify.retrying import Schedule
from core.storage.database import Database


class SlackCopies:
    """Its recipients are messages; one that cannot be changed holds up no other."""

    name: Final = "slack_copies"
    schedule: Final[Schedule] = SCHEDULE
    patience: Final = PATIENCE

    def __init__(self, database: Database, port: Port) -> None:
        self._database: Final = database
        self._port: Final = port

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """The messages that show what ends with this event, whoever reads them."""
        del people
        request_id = ended_request(event.type, event.payload)
        if request_id is None:
            return ()
        found = await copies_in(connection, organization_id=event.organization_id, request_id=request_id)
        return tuple(copy.key for copy in found if copy.platform == SLACK)

    async def deliver(self, message: Message) -> None:
        """Change one message. A repetition writes the same."""
        request_id = ended_request(message.type, message.payload)
        assert request_id is not None, "only what ends a request has recipients here"
        shared = {"organization_id": message.organization_id, "request_id": request_id}
        copies = await copies_of(self._database, **shared)
        copy = next((copy for copy in copies if copy.platform == SLACK and copy.key == message.recipient_id), None)
        request = await request_now(self._database, **shared)
        if copy is None or request is None:
            raise NobodyThere("nothing is known of it any more")
        background = await background_of(self._database, message.organization_id, mentioning=request.people)
        reply = outcome_reply(request, telling_of(background), note=message.payload.get("note", ""))
        await self._port.change(copy.workspace_id, Posted(copy.conversation_id, copy.message_id), body=content(reply))
