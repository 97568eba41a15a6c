"""A lead says that their team is no longer told together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete

from core.access.matrix import Permission
from core.access.places import node_place
from core.notify.team_channels import team_named
from core.storage.audit_types import Happened
from core.storage.tables import team_channels
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class TeamChannelDisconnected:
    """The receipt. `was_there`: there was one."""

    team_id: str
    team: str
    was_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectChannel:
    """From now on nothing is told there."""

    needs: ClassVar[str] = Permission.MANAGE_POOL
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    platform: str

    async def place(self, tx: Transaction) -> Place:
        """The team."""
        return await node_place(tx, self.team_id)

    async def execute(self, tx: Transaction) -> TeamChannelDisconnected:
        """Refuses what is no team; where none is connected, nothing changes."""
        team = await team_named(tx, self.team_id, may_be_archived=True)
        # Nothing below may refuse.
        gone = await tx.execute(
            delete(team_channels).where(
                team_channels.c.organization_id == tx.organization_id,
                team_channels.c.team_id == self.team_id,
                team_channels.c.platform == self.platform,
            )
        )
        details = {"platform": self.platform, "was_there": gone.rowcount > 0}
        tx.record(
            AuditNote(Happened.CHANNEL_DISCONNECTED, await self.place(tx), subject_id=self.team_id, details=details)
        )
        return TeamChannelDisconnected(self.team_id, team, gone.rowcount > 0)
