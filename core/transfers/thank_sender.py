"""Who received credits says thanks: the sender hears it, once for each transfer, and nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import transfers, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import TransferThanked
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class Thanked:
    """The receipt. `sender` is a handle."""

    transfer_id: str
    sender_id: str
    sender: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankSender:
    """For a transfer, else for the latest that was not thanked for: of `sender_id`, or of anybody."""

    needs: ClassVar[str] = Permission.OWN_SETTINGS
    id: str
    organization_id: str
    actor: Actor
    transfer_id: str | None = None
    sender_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The recipient's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Thanked:
        """Refuses what did not come to the actor or has not arrived, and a second time."""
        row = await self._latest(tx) if self.transfer_id is None else await self._named(tx, self.transfer_id)
        if row.thanked_at is not None:
            raise Refused(refuse(Because.ALREADY_THANKED, sender=row.sender_id, at=row.thanked_at))
        if row.state != TransferState.COMPLETED.value:
            raise Refused(refuse(Because.NOT_COMPLETED, transfer=row.id, state=row.state))
        # Nothing below may refuse.
        await tx.execute(
            update(transfers)
            .where(transfers.c.organization_id == tx.organization_id, transfers.c.id == row.id)
            .values(thanked_at=tx.now)
        )
        tx.emit(
            TransferThanked(transfer_id=row.id, sender_id=row.sender_id, recipient_id=self.actor.id, amount=row.amount)
        )
        tx.record(
            AuditNote(
                Happened.TRANSFER_THANKED,
                await self.place(tx),
                subject_id=row.id,
                amount=row.amount,
                details={"to": row.sender_id},
            )
        )
        return Thanked(row.id, row.sender_id, await _handle(tx, row.sender_id), row.amount)

    async def _named(self, tx: Transaction, transfer_id: str) -> Row[Any]:
        """Locked. Raises Refused; what came to others is unknown."""
        wanted = select(transfers).where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.id == transfer_id,
            transfers.c.recipient_id == self.actor.id,
        )
        found = (await tx.execute(wanted.with_for_update())).one_or_none()
        if found is None:
            raise Refused(refuse(Because.UNKNOWN_TRANSFER, transfer=transfer_id))
        return found

    async def _latest(self, tx: Transaction) -> Row[Any]:
        """Locked. Raises Refused."""
        wanted = select(transfers.c.id).where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.recipient_id == self.actor.id,
            transfers.c.state == TransferState.COMPLETED.value,
            transfers.c.thanked_at.is_(None),
        )
        if self.sender_id is not None:
            wanted = wanted.where(transfers.c.sender_id == self.sender_id)
        latest = wanted.order_by(transfers.c.completed_at.desc(), transfers.c.id.desc()).limit(1)
        found: str | None = (await tx.execute(latest)).scalar_one_or_none()
        if found is None:
            raise Refused(refuse(Because.NOTHING_TO_THANK_FOR))
        return await self._named(tx, found)


async def _handle(tx: Transaction, user_id: str) -> str:
    found = await tx.execute(
        select(users.c.handle).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    handle: str = found.scalar_one()
    return handle
