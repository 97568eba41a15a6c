"""Whether the bot was let into a team's channel: its lead hears once that it was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import node_place
from core.notify.events import ChannelShut
from core.notify.team_channels import channel_of
from core.storage.audit_types import Happened
from core.storage.tables import team_channels
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class ChannelNoted:
    """The receipt. `is_news`: it was otherwise before."""

    team_id: str
    is_news: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChannel:
    """As the platform said when something was posted there."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    platform: str
    conversation_id: str
    is_open: bool

    async def place(self, tx: Transaction) -> Place:
        """The team."""
        return await node_place(tx, self.team_id)

    async def execute(self, tx: Transaction) -> ChannelNoted:
        """Refuses nothing: another channel may have taken its place meanwhile."""
        known = await channel_of(tx.connection, tx.organization_id, team_id=self.team_id, platform=self.platform)
        is_news = (
            known is not None
            and known.conversation_id == self.conversation_id
            and (known.shut_at is None) != self.is_open
        )
        if known is not None and is_news:
            await tx.execute(
                update(team_channels)
                .where(
                    team_channels.c.organization_id == tx.organization_id,
                    team_channels.c.team_id == self.team_id,
                    team_channels.c.platform == self.platform,
                )
                .values(shut_at=None if self.is_open else tx.now)
            )
        if known is not None and is_news and not self.is_open:
            tx.emit(ChannelShut(team_id=self.team_id, platform=self.platform, connected_by=known.connected_by))
        details = {"platform": self.platform, "is_open": self.is_open, "is_news": is_news}
        tx.record(AuditNote(Happened.CHANNEL_NOTED, await self.place(tx), subject_id=self.team_id, details=details))
        return ChannelNoted(self.team_id, is_news)
