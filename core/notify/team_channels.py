"""The channels where teams are told together: which team has which, and which events concern it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import Kind, kind_of
from core.notify.channel import Event
from core.refusals import Because, Refused, refuse
from core.storage.database import Database
from core.storage.tables import nodes, team_channels, users
from core.storage.transaction import Transaction

_POOL_EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pool.funded": "team_id",
        "pool.withdrawn": "team_id",
        "pool.replenished": "team_id",
        "pool.short": "team_id",
        "draw.completed": "team_id",
        "quota.low": "owner_id",
        "quota.exhausted": "owner_id",
        "channel.connected": "team_id",
    }
)
"""Events of a team, and where its id is."""
_PERSON_EVENTS: Final = frozenset({"absence.set", "absence.changed", "absence.ended"})
"""Events of a person, which concern the team where they are at home."""
POSTED: Final = frozenset(_POOL_EVENTS) | _PERSON_EVENTS

LARGE: Final = 10
"""A draw is told when it took at least a tenth of what the pool had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChannel:
    """A team's channel on one platform, by the platform's own ids. `shut_at`: since then the bot is not let in."""

    organization_id: str
    team_id: str
    platform: str
    workspace_id: str
    conversation_id: str
    connected_by: str
    connected_at: datetime
    shut_at: datetime | None


async def team_concerned(connection: AsyncConnection, event: Event) -> str | None:
    """The id of the team whose channel tells this event; None where no channel does."""
    payload = event.payload
    if event.type in _PERSON_EVENTS:
        found = await connection.execute(
            select(nodes.c.id)
            .join(users, (users.c.organization_id == nodes.c.organization_id) & (users.c.home_id == nodes.c.id))
            .where(
                users.c.organization_id == event.organization_id,
                users.c.id == payload["user_id"],
                nodes.c.kind == "team",
            )
        )
        return found.scalar_one_or_none()
    if event.type not in _POOL_EVENTS or not _is_worth_telling(event.type, payload):
        return None
    team_id: str = payload[_POOL_EVENTS[event.type]]
    return team_id


def _is_worth_telling(event_type: str, payload: Mapping[str, Any]) -> bool:
    if event_type in {"quota.low", "quota.exhausted"}:
        return kind_of(payload["account"]) is Kind.POOL
    if event_type == "draw.completed":
        # Of a draw that an older version wrote it is not known what it left.
        left: int | None = payload.get("available")
        return left is not None and int(payload["amount"]) * LARGE >= int(payload["amount"]) + left
    return True


async def channel_of(
    connection: AsyncConnection, organization_id: str, *, team_id: str, platform: str
) -> TeamChannel | None:
    """A team's channel on a platform."""
    found = await connection.execute(
        select(team_channels).where(
            team_channels.c.organization_id == organization_id,
            team_channels.c.team_id == team_id,
            team_channels.c.platform == platform,
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else TeamChannel(**row)


async def channel_now(database: Database, organization_id: str, *, team_id: str, platform: str) -> TeamChannel | None:
    """The same as it stands now. Raises StorageUnavailable."""
    async with database.snapshot() as connection:
        return await channel_of(connection, organization_id, team_id=team_id, platform=platform)


async def team_named(tx: Transaction, team_id: str, *, may_be_archived: bool = False) -> str:
    """The name of a team, where it has that id. Raises Refused."""
    found = await tx.execute(
        select(nodes.c.name, nodes.c.kind, nodes.c.archived_at).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.id == team_id
        )
    )
    row = found.one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_NODE, node=team_id))
    if row.kind != "team":
        raise Refused(refuse(Because.BAD_VALUE, field="team", why="it should be a team"))
    if row.archived_at is not None and not may_be_archived:
        raise Refused(refuse(Because.ARCHIVED_NODE, node=team_id))
    name: str = row.name
    return name
