"""Dead letters are sent once more, with a new schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from sqlalchemy import ColumnElement, delete, select, tuple_, update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.notify.states import ROUTING, DeliveryState
from core.storage.audit_types import Happened
from core.storage.tables import deliveries, outbox
from core.storage.transaction import Actor, AuditNote, Place, Transaction

AT_ONCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Due for whoever looks next. Deliveries follow the wall clock, a deed knows only the engine's."""


@dataclass(frozen=True, slots=True)
class DeliveriesReplayed:
    """How many dead letters are on their way again."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayDeliveries:
    """The organization's dead letters that fit everything that is given; `since` and `until` are when it happened."""

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION
    id: str
    organization_id: str
    actor: Actor
    event_id: str | None = None
    channel: str | None = None
    recipient_id: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> DeliveriesReplayed:
        """Refuses nothing: where no dead letter fits, none is sent."""
        dead = (
            deliveries.c.organization_id == tx.organization_id,
            deliveries.c.state == DeliveryState.DEAD.value,
            deliveries.c.event_id.in_(select(outbox.c.id).where(*self._events(tx))),
            *self._ways(),
        )
        lost = await tx.execute(
            delete(deliveries).where(*dead, deliveries.c.channel == ROUTING).returning(deliveries.c.event_id)
        )
        again = [(tx.organization_id, event_id) for event_id in lost.scalars()]
        if again:
            await tx.execute(
                update(outbox)
                .where(tuple_(outbox.c.organization_id, outbox.c.id).in_(again))
                .values(dispatched_at=None)
            )
        fresh = {"state": DeliveryState.WAITING.value, "attempts": 0, "due_at": AT_ONCE, "ended_at": None}
        revived = await tx.execute(update(deliveries).where(*dead).values(fresh))
        count = len(again) + revived.rowcount
        tx.record(AuditNote(Happened.OUTBOX_REPLAYED, organization_place(tx), details=self._details(count)))
        return DeliveriesReplayed(count)

    def _events(self, tx: Transaction) -> list[ColumnElement[bool]]:
        chosen = [outbox.c.organization_id == tx.organization_id]
        if self.event_id is not None:
            chosen.append(outbox.c.id == self.event_id)
        if self.type is not None:
            chosen.append(outbox.c.type == self.type)
        if self.since is not None:
            chosen.append(outbox.c.at >= self.since)
        if self.until is not None:
            chosen.append(outbox.c.at < self.until)
        return chosen

    def _ways(self) -> list[ColumnElement[bool]]:
        chosen = []
        if self.channel is not None:
            chosen.append(deliveries.c.channel == self.channel)
        if self.recipient_id is not None:
            chosen.append(deliveries.c.recipient_id == self.recipient_id)
        return chosen

    def _details(self, count: int) -> dict[str, object]:
        asked = ("event_id", "channel", "recipient_id", "type", "since", "until")
        return {name: getattr(self, name) for name in asked if getattr(self, name) is not None} | {"count": count}
