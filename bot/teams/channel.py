"""Teams for the channels "teams" and "teams_copies": messages in somebody's own chat with Alfred, and their changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.transport import Note, Stands
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from bot.teams.cards import Refresh, message
from bot.teams.heard import Conversation
from bot.teams.port import Barred, ChatPort, Unsent
from bot.teams.viewing import refresh_data
from core.directory.platforms import Platform
from core.notify.channel import NobodyThere, Undelivered
from core.notify.conversations import (
    KnownConversation,
    conversation_of,
    mark_unreachable,
    personal_conversation,
    reached_among,
)
from core.storage.database import Database
from core.storage.transaction import Clock

TEAMS: Final = Platform.TEAMS.value
FINAL: Final = frozenset({400, 413})
"""What Teams says of a message that it will never take."""


class TeamsTransport:
    """Messages to people who let the bot in. `wall` is the wall clock."""

    platform: Final = Platform.TEAMS

    def __init__(self, database: Database, port: ChatPort, *, wall: Clock) -> None:
        self._database: Final = database
        self._port: Final = port
        self._wall: Final = wall

    async def reached(
        self, connection: AsyncConnection, organization_id: str, *, people: Sequence[str]
    ) -> Sequence[str]:
        """Those whose chat with the bot is known."""
        return await reached_among(connection, organization_id, platform=TEAMS, people=people)

    async def tell(self, note: Note) -> Stands:
        """Post it; who has taken the bot away is not written to again before they come back. Raises NobodyThere,
        Undelivered.
        """
        known = await personal_conversation(
            self._database, note.organization_id, platform=TEAMS, user_id=note.recipient_id
        )
        if known is None:
            raise NobodyThere("no chat with the bot is known any more")
        try:
            message_id = await self._port.send(place(known), message(note.reply, refresh=_refresh(note, known)))
        except Barred as barred:
            await mark_unreachable(self._database, known, wall=self._wall.now())
            raise NobodyThere(barred.why) from barred
        except Unsent as fault:
            raise undelivered(fault) from fault
        return Stands(workspace_id=known.workspace_id, conversation_id=known.conversation_id, message_id=message_id)

    async def change(self, organization_id: str, stands: Stands, *, reply: Reply) -> None:
        """Put another in its place. Raises NobodyThere, Undelivered."""
        known = await conversation_of(
            self._database,
            organization_id,
            platform=TEAMS,
            workspace_id=stands.workspace_id,
            conversation_id=stands.conversation_id,
        )
        if known is None:
            raise NobodyThere("the bot is there no more")
        try:
            await self._port.update(place(known), message(reply), message_id=stands.message_id)
        except Barred as barred:
            raise NobodyThere(barred.why) from barred
        except Unsent as fault:
            raise undelivered(fault) from fault


def _refresh(note: Note, known: KnownConversation) -> Refresh | None:
    """A request's reader is shown how it stands whenever they look."""
    if note.request_id is None or note.reply.kind is not ReplyKind.APPROVAL or known.member_id is None:
        return None
    return Refresh(teams_ids=(known.member_id,), data=refresh_data(note.request_id))


def place(known: KnownConversation) -> Conversation:
    """Where messages to it go."""
    return Conversation(
        tenant_id=known.workspace_id,
        conversation_id=known.conversation_id,
        service_url=known.service_url,
        bot_id=known.bot_id,
        kind=known.kind,
    )


def undelivered(fault: Unsent) -> Undelivered:
    """In the terms of the channels."""
    later = None if fault.retry_after is None else timedelta(seconds=fault.retry_after)
    return Undelivered(f"Teams: {fault.why}", is_final=fault.status in FINAL, retry_after=later)
