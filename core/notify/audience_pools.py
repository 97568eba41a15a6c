"""Who must hear of team pools and channels. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.notify.audience import Audience, Payload, nobody


def pool_short(payload: Payload) -> Audience:
    """Who can give the budget above more, and who manages the team."""
    return Audience(managers_of=(payload["parent_id"], payload["team_id"]))


def to_connector(payload: Payload) -> Audience:
    """Who connected the channel, and can let the bot in."""
    return Audience(people=(payload["connected_by"],))


POOLS: Final[Mapping[str, Callable[[Payload], Audience]]] = {
    "pool.funded": nobody,  # everyone in the team sees the pool when they look
    "pool.withdrawn": nobody,
    "pool.replenished": nobody,
    "pool.short": pool_short,
    "draw.requested": nobody,  # the approvers hear approval.requested
    "draw.completed": nobody,  # who asked has the receipt, or hears approval.decided
    "draw.ended": nobody,
    "channel.connected": nobody,  # told in the channel itself
    "channel.shut": to_connector,
}
