"""A colleague says yes to a request: an ordinary send under all rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.tree import gate
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.events import CreditsRequestEnded
from core.transfers.requests import RequestState, end_request, locked_request, refuse_ended
from core.transfers.sending import Gift, Sent, send


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRequest:
    """`amount` may be less than was asked for. Above the threshold it waits for approval like any other."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    request_id: str
    amount: int | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Sent:
        """Refuses what was not asked of the actor, is answered or over; then as `send` does."""
        await gate(tx)
        request = await locked_request(tx, self.request_id)
        if request.colleague_id != self.actor.id:
            raise Refused(refuse(Because.UNKNOWN_REQUEST, request=self.request_id))
        refuse_ended(tx, request)
        amount = request.amount if self.amount is None else self.amount
        if amount > request.amount:
            raise Refused(refuse(Because.AMOUNT_OUT_OF_RANGE, amount=amount, most=request.amount))
        gift = Gift(
            recipients=(request.requester_id,), amount=amount, reason=request.reason, details={"request": request.id}
        )
        sent = await send(tx, gift)
        await end_request(tx, request, state=RequestState.GRANTED, group_id=sent.group_id)
        tx.emit(
            CreditsRequestEnded(
                request_id=request.id,
                requester_id=request.requester_id,
                colleague_id=request.colleague_id,
                amount=request.amount,
                state=RequestState.GRANTED.value,
            )
        )
        return sent
