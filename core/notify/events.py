"""What is heard of a team's channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConnected:
    """From now on the team is told things together there."""

    name: ClassVar[str] = "channel.connected"
    team_id: str
    platform: str
    connected_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelShut:
    """The bot is not let into the channel; told once, until it was let in again."""

    name: ClassVar[str] = "channel.shut"
    team_id: str
    platform: str
    connected_by: str
