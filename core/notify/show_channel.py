"""Where a team is told together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import node_place
from core.notify.team_channels import TeamChannel
from core.storage.tables import team_channels
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowChannels:
    """For who may change it."""

    needs: ClassVar[str] = Permission.MANAGE_POOL
    organization_id: str
    actor: Actor
    team_id: str

    async def place(self, tx: Transaction) -> Place:
        """The team."""
        return await node_place(tx, self.team_id)

    async def answer(self, tx: Transaction) -> tuple[TeamChannel, ...]:
        """One for each platform, at most."""
        found = await tx.execute(
            select(team_channels)
            .where(team_channels.c.organization_id == tx.organization_id, team_channels.c.team_id == self.team_id)
            .order_by(team_channels.c.platform)
        )
        return tuple(TeamChannel(**row) for row in found.mappings())
