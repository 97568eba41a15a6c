"""What an event's message says: the news, or, where the request in it has ended meanwhile, how it ended."""

from __future__ import annotations

from typing import Final

from bot.replies.background import telling_of
from bot.replies.notices import Heard, notice_reply
from bot.replies.outcomes import outcome_reply, standing_reply
from bot.replies.reply import Reply
from core.notify.background import background_of
from core.notify.channel import Message
from core.notify.request_now import RequestNow, changed_request, request_now, shown_request
from core.storage.database import Database


def stands_as_told(request: RequestNow, message: Message) -> bool:
    """Whether nobody has said yes or no since this event."""
    told = message.payload.get("agreed", request.agreed)
    return request.is_open and len(request.agreed) == len(told)


class Showing:
    """Reads what it takes. Everything raises StorageUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    async def request(self, message: Message) -> RequestNow | None:
        """The request that this message shows, as it stands now."""
        request_id = shown_request(message.type, message.payload)
        if request_id is None:
            return None
        return await request_now(self._database, organization_id=message.organization_id, request_id=request_id)

    async def reply(self, message: Message, request: RequestNow | None) -> Reply:
        """What the recipient is told."""
        if request is None or stands_as_told(request, message):
            return await self.news(message)
        return await self.now(request, message)

    async def now(self, request: RequestNow, message: Message) -> Reply:
        """How it ended, or, while others decide, how far it has come. An event that changed it says what it knows."""
        is_change = changed_request(message.type, message.payload) is not None
        if not request.is_open:
            note = message.payload.get("note", "") if is_change else ""
            return await self.outcome(request, organization_id=message.organization_id, note=note)
        asked_now = message.payload["approvers"] if is_change else ()
        mentioned = {**request.people, "asked": asked_now}
        background = await background_of(self._database, message.organization_id, mentioning=mentioned)
        return standing_reply(request, telling_of(background), asked_now=asked_now)

    async def news(self, message: Message) -> Reply:
        """The event as its reader hears of it."""
        background = await background_of(self._database, message.organization_id, mentioning=message.payload)
        heard = Heard(
            event_id=message.event_id,
            type=message.type,
            payload=message.payload,
            reader_id=message.recipient_id,
            people=background.people,
            places=background.places,
        )
        return notice_reply(heard, telling_of(background))

    async def outcome(self, request: RequestNow, *, organization_id: str, note: str = "") -> Reply:
        """How a request ended. `note` is what who decided said to it."""
        background = await background_of(self._database, organization_id, mentioning=request.people)
        return outcome_reply(request, telling_of(background), note=note)
