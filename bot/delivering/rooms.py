"""A platform's channel to teams: what concerns one is posted where its lead has connected it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.transport import PATIENCE, SCHEDULE
from bot.replies.background import telling_of
from bot.replies.posts import post_reply
from bot.replies.reply import Reply
from core.directory.platforms import Platform
from core.engine import Engine
from core.notify.background import background_of
from core.notify.channel import Event, Message, NobodyThere
from core.notify.note_channel import NoteChannel
from core.notify.team_channels import TeamChannel, channel_now, channel_of, team_concerned
from core.storage.transaction import Actor


class NotLetIn(Exception):
    """The bot is no member of the channel, or it is gone. `reason` is for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


class Rooms(Protocol):
    """What a platform does for it."""

    @property
    def platform(self) -> Platform:
        """Which one."""
        ...

    async def post(self, channel: TeamChannel, *, reply: Reply) -> None:
        """A message that everybody there can read. Raises NotLetIn, NobodyThere, Undelivered."""
        ...


class ToTeams:
    """Its recipients are teams, so that what one team is told arrives in order."""

    schedule: Final = SCHEDULE
    patience: Final = PATIENCE

    def __init__(self, engine: Engine, rooms: Rooms) -> None:
        self.name: Final[str] = f"{rooms.platform.value}_channels"
        self._platform: Final[str] = rooms.platform.value
        self._engine: Final = engine
        self._rooms: Final = rooms

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """The team that it concerns, where it has a channel here."""
        del people
        team_id = await team_concerned(connection, event)
        if team_id is None or event.payload.get("platform", self._platform) != self._platform:
            return ()
        known = await channel_of(connection, event.organization_id, team_id=team_id, platform=self._platform)
        return () if known is None else (team_id,)

    async def deliver(self, message: Message) -> None:
        """Post it. Who connected the channel hears once when the bot is not let in; what it missed is not made up."""
        team = {"team_id": message.recipient_id, "platform": self._platform}
        channel = await channel_now(self._engine.database, message.organization_id, **team)
        if channel is None:
            raise NobodyThere("the channel was disconnected")
        background = await background_of(self._engine.database, message.organization_id, mentioning=message.payload)
        reply = post_reply(message.type, message.payload, telling=telling_of(background), places=background.places)
        try:
            await self._rooms.post(channel, reply=reply)
        except NotLetIn as shut:
            await self._note(channel, message, is_open=False)
            raise NobodyThere(shut.reason) from shut
        if channel.shut_at is not None:
            await self._note(channel, message, is_open=True)

    async def _note(self, channel: TeamChannel, message: Message, *, is_open: bool) -> None:
        await self._engine.run(
            NoteChannel(
                id=f"{message.event_id}:{'open' if is_open else 'shut'}",
                organization_id=channel.organization_id,
                actor=Actor.system(self.name),
                team_id=channel.team_id,
                platform=channel.platform,
                conversation_id=channel.conversation_id,
                is_open=is_open,
            )
        )
