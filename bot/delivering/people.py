"""A platform's channel to people: what they receive comes as a message to them alone.

A worker that dies between the platform's answer and our note of it delivers again: then a message stands there twice,
with the same command behind its buttons. Nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.showing import Showing, stands_as_told
from bot.delivering.transport import PATIENCE, SCHEDULE, Note, Stands, Transport
from core.notify.channel import Event, Message
from core.notify.message_copies import MessageCopy, remember_copy
from core.notify.request_now import RequestNow
from core.storage.database import Database
from core.storage.transaction import Clock


class ToPeople:
    """The channel that is named as its platform."""

    schedule: Final = SCHEDULE
    patience: Final = PATIENCE

    def __init__(self, database: Database, transport: Transport, *, wall: Clock) -> None:
        self.name: Final[str] = transport.platform.value
        self._database: Final = database
        self._transport: Final = transport
        self._showing: Final = Showing(database)
        self._wall: Final = wall

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Those whom the platform reaches."""
        return await self._transport.reached(connection, event.organization_id, people=people)

    async def deliver(self, message: Message) -> None:
        """Post it; where it shows a request that was decided or passed on meanwhile, it says so and offers nothing."""
        request = await self._showing.request(message)
        is_open = request is not None and stands_as_told(request, message)
        note = Note(
            organization_id=message.organization_id,
            recipient_id=message.recipient_id,
            reply=await self._showing.reply(message, request),
            request_id=request.id if request is not None and is_open else None,
        )
        stands = await self._transport.tell(note)
        if request is not None and is_open:
            await self._keep(message, request, stands=stands)

    async def _keep(self, message: Message, request: RequestNow, *, stands: Stands) -> None:
        """Remember the copy. A decision in between has not seen it, so that we look again."""
        await remember_copy(
            self._database,
            MessageCopy(
                organization_id=message.organization_id,
                request_id=request.id,
                platform=self.name,
                workspace_id=stands.workspace_id,
                conversation_id=stands.conversation_id,
                message_id=stands.message_id,
                user_id=message.recipient_id,
                sent_at=self._wall.now(),
            ),
        )
        again = await self._showing.request(message)
        if again is not None and not stands_as_told(again, message):
            reply = await self._showing.now(again, message)
            await self._transport.change(message.organization_id, stands, reply=reply)
