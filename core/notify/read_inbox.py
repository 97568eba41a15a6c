"""What somebody received in Alfred, newest first, with the names that telling it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import func, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.notify.background import names_in
from core.storage.tables import inbox, outbox
from core.storage.transaction import Actor, Place, Transaction

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Received:
    """One event as the outbox has it."""

    event_id: str
    type: str
    at: datetime
    payload: Mapping[str, Any]
    is_read: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`people` and `places` are the handles and names of the ids that the payloads mention."""

    received: tuple[Received, ...]
    unread: int
    people: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInbox:
    """The actor's own inbox; at most 100 at a time."""

    needs: ClassVar[str] = Permission.OWN_SETTINGS
    organization_id: str
    actor: Actor
    only_unread: bool = True
    limit: int = 10

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> InboxPage:
        """Read; nothing becomes read by it."""
        mine = (inbox.c.organization_id == tx.organization_id, inbox.c.user_id == self.actor.id)
        wanted = (
            select(outbox.c.id, outbox.c.type, outbox.c.at, outbox.c.payload, inbox.c.read_at)
            .join(outbox, (outbox.c.organization_id == inbox.c.organization_id) & (outbox.c.id == inbox.c.event_id))
            .where(*mine)
            .order_by(outbox.c.at.desc(), outbox.c.id.desc())
            .limit(max(1, min(self.limit, MOST)))
        )
        found = await tx.execute(wanted.where(inbox.c.read_at.is_(None)) if self.only_unread else wanted)
        received = tuple(
            Received(row.id, row.type, row.at, row.payload, row.read_at is not None) for row in found.all()
        )
        count = await tx.execute(select(func.count()).select_from(inbox).where(*mine, inbox.c.read_at.is_(None)))
        payloads = [item.payload for item in received]
        people, places = await names_in(tx.connection, tx.organization_id, mentioning=payloads)
        return InboxPage(
            received=received,
            unread=count.scalar_one(),
            people=people,
            places=places,
        )
