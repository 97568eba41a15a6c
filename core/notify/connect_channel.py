"""A lead says where their team is told together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import node_place
from core.notify.events import ChannelConnected
from core.notify.team_channels import channel_of, team_named
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import chat_workspaces, team_channels
from core.storage.transaction import Actor, AuditNote, Place, Transaction

LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class TeamChannelConnected:
    """The receipt. `was_there`: it was this channel already."""

    team_id: str
    team: str
    was_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectChannel:
    """A team has one channel on each platform; another takes its place."""

    needs: ClassVar[str] = Permission.MANAGE_POOL
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    platform: str
    workspace_id: str
    conversation_id: str

    async def place(self, tx: Transaction) -> Place:
        """The team."""
        return await node_place(tx, self.team_id)

    async def execute(self, tx: Transaction) -> TeamChannelConnected:
        """Refuses what is no living team, and channels of workspaces that are not the organization's."""
        team = await team_named(tx, self.team_id)
        await self._check(tx)
        before = await channel_of(tx.connection, tx.organization_id, team_id=self.team_id, platform=self.platform)
        is_same = before is not None and (before.workspace_id, before.conversation_id) == (
            self.workspace_id,
            self.conversation_id,
        )
        # Nothing below may refuse.
        await self._keep(tx)
        tx.emit(ChannelConnected(team_id=self.team_id, platform=self.platform, connected_by=tx.actor.id))
        details = {"platform": self.platform, "workspace": self.workspace_id, "conversation": self.conversation_id}
        tx.record(AuditNote(Happened.CHANNEL_CONNECTED, await self.place(tx), subject_id=self.team_id, details=details))
        return TeamChannelConnected(self.team_id, team, is_same)

    async def _check(self, tx: Transaction) -> None:
        found = await tx.execute(
            select(chat_workspaces.c.workspace_id).where(
                chat_workspaces.c.organization_id == tx.organization_id,
                chat_workspaces.c.platform == self.platform,
                chat_workspaces.c.workspace_id == self.workspace_id,
            )
        )
        if found.first() is None:
            why = "it should be the organization's own"
            raise Refused(refuse(Because.BAD_VALUE, field="workspace_id", why=why))
        if not 0 < len(self.conversation_id) <= LONGEST or not self.conversation_id.isprintable():
            why = "it should be a channel's id"
            raise Refused(refuse(Because.BAD_VALUE, field="conversation_id", why=why))

    async def _keep(self, tx: Transaction) -> None:
        key = {"organization_id": tx.organization_id, "team_id": self.team_id, "platform": self.platform}
        values = {
            "workspace_id": self.workspace_id,
            "conversation_id": self.conversation_id,
            "connected_by": tx.actor.id,
            "connected_at": tx.now,
            "shut_at": None,
        }
        insert = insert_into(tx.connection, team_channels)
        await tx.execute(insert.values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values))
