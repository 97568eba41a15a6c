"""Somebody has seen what they received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.audit_types import Happened
from core.storage.tables import inbox
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class InboxRead:
    """How many were unread before."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkInboxRead:
    """The actor's own inbox: these events, or without any everything that is there. Unknown ones are passed over."""

    needs: ClassVar[str] = Permission.OWN_SETTINGS
    id: str
    organization_id: str
    actor: Actor
    event_ids: tuple[str, ...] = ()

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> InboxRead:
        """Refuses nothing."""
        unread = (
            inbox.c.organization_id == tx.organization_id,
            inbox.c.user_id == self.actor.id,
            inbox.c.read_at.is_(None),
        )
        these = (inbox.c.event_id.in_(self.event_ids),) if self.event_ids else ()
        marked = await tx.execute(update(inbox).where(*unread, *these).values(read_at=tx.now))
        tx.record(
            AuditNote(
                Happened.INBOX_READ,
                await self.place(tx),
                subject_id=self.actor.id,
                details={"count": marked.rowcount},
            )
        )
        return InboxRead(marked.rowcount)
