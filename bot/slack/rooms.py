"""Slack for the channel "slack_channels": posts that a whole channel reads."""

from __future__ import annotations

from typing import Final

from bot.delivering.rooms import NotLetIn
from bot.replies.reply import Reply
from bot.slack.port import Port
from bot.slack.rendering import content
from core.directory.platforms import Platform
from core.notify.channel import Undelivered
from core.notify.team_channels import TeamChannel

_SHUT: Final = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
"""A private channel that the bot is not in is unknown to it."""


class SlackRooms:
    """Posts where the bot is a member."""

    platform: Final = Platform.SLACK

    def __init__(self, port: Port) -> None:
        self._port: Final = port

    async def post(self, channel: TeamChannel, *, reply: Reply) -> None:
        """Raises NotLetIn, NobodyThere, Undelivered."""
        try:
            await self._port.to_channel(channel.workspace_id, channel.conversation_id, body=content(reply))
        except Undelivered as fault:
            if fault.reason.removeprefix("Slack: ") in _SHUT:
                raise NotLetIn(fault.reason) from fault
            raise
