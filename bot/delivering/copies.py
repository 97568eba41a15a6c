"""A platform's channel to messages: each that shows a request says how it ended, wherever that was decided.

Where several must agree, one after the other, what those see who have been asked before says so, and offers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.showing import Showing
from bot.delivering.transport import PATIENCE, SCHEDULE, Stands, Transport
from core.notify.channel import Event, Message, NobodyThere
from core.notify.message_copies import copies_in, copies_of
from core.notify.request_now import changed_request, request_now
from core.storage.database import Database


class ToCopies:
    """Its recipients are messages; one that cannot be changed holds up no other."""

    schedule: Final = SCHEDULE
    patience: Final = PATIENCE

    def __init__(self, database: Database, transport: Transport) -> None:
        self.name: Final[str] = f"{transport.platform.value}_copies"
        self._platform: Final[str] = transport.platform.value
        self._database: Final = database
        self._transport: Final = transport
        self._showing: Final = Showing(database)

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """The messages that show what changes with this event, whoever reads them."""
        del people
        request_id = changed_request(event.type, event.payload)
        if request_id is None:
            return ()
        found = await copies_in(connection, organization_id=event.organization_id, request_id=request_id)
        return tuple(copy.key for copy in found if copy.platform == self._platform)

    async def deliver(self, message: Message) -> None:
        """Change one message. A repetition writes the same."""
        request_id = changed_request(message.type, message.payload)
        assert request_id is not None, "only what changes a request has recipients here"
        shared = {"organization_id": message.organization_id, "request_id": request_id}
        copies = await copies_of(self._database, **shared)
        ours = (copy for copy in copies if copy.platform == self._platform)
        copy = next((copy for copy in ours if copy.key == message.recipient_id), None)
        request = await request_now(self._database, **shared)
        if copy is None or request is None:
            raise NobodyThere("nothing is known of it any more")
        if request.is_open and copy.user_id in {*message.payload["approvers"], request.requester_id}:
            return  # they are asked now, and see it with its buttons; who asked may still answer a question
        reply = await self._showing.now(request, message)
        stands = Stands(
            workspace_id=copy.workspace_id, conversation_id=copy.conversation_id, message_id=copy.message_id
        )
        await self._transport.change(message.organization_id, stands, reply=reply)
