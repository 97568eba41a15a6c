"""Teams for the channel "teams_channels": posts that a whole channel reads."""

from __future__ import annotations

from typing import Final

from bot.delivering.rooms import NotLetIn
from bot.replies.reply import Reply
from bot.teams.cards import message
from bot.teams.channel import TEAMS, place, undelivered
from bot.teams.port import Barred, ChatPort, Unsent
from core.directory.platforms import Platform
from core.notify.conversations import conversation_of
from core.notify.team_channels import TeamChannel
from core.storage.database import Database


class TeamsRooms:
    """Posts where the bot has been written to: into the channel, so that each begins a thread of its own."""

    platform: Final = Platform.TEAMS

    def __init__(self, database: Database, port: ChatPort) -> None:
        self._database: Final = database
        self._port: Final = port

    async def post(self, channel: TeamChannel, *, reply: Reply) -> None:
        """Raises NotLetIn, Undelivered."""
        known = await conversation_of(
            self._database,
            channel.organization_id,
            platform=TEAMS,
            workspace_id=channel.workspace_id,
            conversation_id=channel.conversation_id,
        )
        if known is None:
            raise NotLetIn("Teams: the bot was taken away")
        try:
            await self._port.send(place(known), message(reply))
        except Barred as barred:
            raise NotLetIn(f"Teams: {barred.why}") from barred
        except Unsent as fault:
            raise undelivered(fault) from fault
