"""A person sends credits to one or several colleagues: all of them at once, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.sending import MOST_RECIPIENTS, Gift, Sent, SentTo, send

__all__ = ["MOST_RECIPIENTS", "SendCredits", "Sent", "SentTo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCredits:
    """`amount` goes to each of the recipients (user ids); limits and the need for approval look at the total."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    recipients: tuple[str, ...]
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The sender's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Sent:
        """Refuses as `send` does; above the threshold the amount is set aside and waits for approval."""
        return await send(tx, Gift(recipients=self.recipients, amount=self.amount, reason=self.reason))
