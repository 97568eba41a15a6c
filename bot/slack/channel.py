"""The channel "slack": what people receive comes as a direct message.

A worker that dies between Slack's answer and our note of it delivers again: then a message stands there twice, with the
same command behind its buttons. Nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.replies.background import telling_of
from bot.replies.notices import Heard, notice_reply
from bot.replies.outcomes import outcome_reply
from bot.replies.reply import Reply
from bot.slack.port import Port, Posted
from bot.slack.rendering import content
from core.directory.platforms import Platform
from core.notify.background import background_of
from core.notify.channel import Event, Message, NobodyThere
from core.notify.message_copies import MessageCopy, remember_copy
from core.notify.reaching import Address, addresses_of, linked_among
from core.notify.request_now import RequestNow, request_now, shown_request
from core.notify.retrying import Schedule, doubling
from core.storage.database import Database
from core.storage.transaction import Clock

SLACK: Final = Platform.SLACK.value
SCHEDULE: Final = doubling(first=timedelta(seconds=2), longest=timedelta(minutes=15), tries=14)
"""About two hours."""
PATIENCE: Final = timedelta(seconds=50)


class SlackChannel:
    """Direct messages to people whose Slack account is linked."""

    name: Final = SLACK
    schedule: Final[Schedule] = SCHEDULE
    patience: Final = PATIENCE

    def __init__(self, database: Database, port: Port, *, wall: Clock) -> None:
        self._database: Final = database
        self._port: Final = port
        self._wall: Final = wall

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Those who have an account there."""
        return await linked_among(connection, event.organization_id, platform=SLACK, people=people)

    async def deliver(self, message: Message) -> None:
        """Post it to the first of their accounts that is still there."""
        found = await addresses_of(
            self._database, message.organization_id, platform=SLACK, user_id=message.recipient_id
        )
        for to in found[:-1]:
            with suppress(NobodyThere):
                return await self._deliver(message, to=to)
        if not found:
            raise NobodyThere("no Slack account is linked any more")
        return await self._deliver(message, to=found[-1])

    async def _deliver(self, message: Message, *, to: Address) -> None:
        """Where it shows a request that was decided meanwhile, it says so and offers nothing."""
        request = await self._request(message)
        reply = (
            await self._told(message) if request is None or request.is_open else await self._outcome(request, message)
        )
        posted = await self._port.to_person(to.workspace_id, to.external_id, body=content(reply))
        if request is not None and request.is_open:
            await self._keep(message, request, to=to, posted=posted)

    async def _told(self, message: Message) -> Reply:
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

    async def _request(self, message: Message) -> RequestNow | None:
        request_id = shown_request(message.type, message.payload)
        if request_id is None:
            return None
        return await request_now(self._database, organization_id=message.organization_id, request_id=request_id)

    async def _outcome(self, request: RequestNow, message: Message) -> Reply:
        background = await background_of(self._database, message.organization_id, mentioning=request.people)
        return outcome_reply(request, telling_of(background))

    async def _keep(self, message: Message, request: RequestNow, *, to: Address, posted: Posted) -> None:
        """Remember the copy. A decision in between has not seen it, so that we look again."""
        await remember_copy(
            self._database,
            MessageCopy(
                organization_id=message.organization_id,
                request_id=request.id,
                platform=SLACK,
                workspace_id=to.workspace_id,
                conversation_id=posted.channel_id,
                message_id=posted.ts,
                user_id=message.recipient_id,
                sent_at=self._wall.now(),
            ),
        )
        again = await self._request(message)
        if again is not None and not again.is_open:
            reply = await self._outcome(again, message)
            await self._port.change(to.workspace_id, posted, body=content(reply))
