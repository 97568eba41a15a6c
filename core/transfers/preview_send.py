"""What sending would meet now, asked before anybody confirms it; nothing is locked, so the deed decides again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.request import find_deciders
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.people import read_parties
from core.transfers.sending import Gift, approval_for, refuse_too_long, weighed


@dataclass(frozen=True, slots=True)
class SendPreview:
    """It may be sent; above the threshold it waits up to `wait_hours` for one of `waits_for` (handles).

    Where more than one `must_agree`, one after the other, those are asked first.
    """

    total: int
    waits_for: tuple[str, ...] = ()
    wait_hours: int = 0
    must_agree: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSend:
    """The same recipients and amount as of SendCredits, by the same rules; whether credits suffice the balance says."""

    needs: ClassVar[str] = Permission.SEND
    organization_id: str
    actor: Actor
    recipients: tuple[str, ...]
    amount: int

    async def place(self, tx: Transaction) -> Place:
        """The sender's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> SendPreview:
        """Refuses as `send` would, for want of somebody who could approve too."""
        gift = Gift(recipients=self.recipients, amount=self.amount)
        refuse_too_long(gift)
        parties = await read_parties(tx, {self.actor.id, *self.recipients})
        wanted = await weighed(tx, gift, parties=parties)
        if wanted is None:
            return SendPreview(gift.total)
        sender = parties[self.actor.id]
        request = await approval_for(tx, gift, sender=sender, group_id="", wanted=wanted)
        deciders = await find_deciders(tx, request)
        if deciders.agreed is not None:
            return SendPreview(gift.total)
        names = tuple(one.handle for one in deciders.approvers)
        return SendPreview(gift.total, names, wanted.sla_hours, request.must_agree)
