"""A colleague does not send what was asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import CreditsDeclined
from core.transfers.requests import (
    RequestEnded,
    RequestState,
    end_request,
    locked_request,
    refuse_ended,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRequest:
    """The colleague says no."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    request_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> RequestEnded:
        """Refuses what was not asked of the actor, is answered or over."""
        request = await locked_request(tx, self.request_id)
        if request.colleague_id != self.actor.id:
            raise Refused(refuse(Because.UNKNOWN_REQUEST, request=self.request_id))
        refuse_ended(tx, request)
        # Nothing below may refuse.
        await end_request(tx, request, state=RequestState.DECLINED)
        tx.emit(
            CreditsDeclined(
                request_id=request.id,
                requester_id=request.requester_id,
                colleague_id=request.colleague_id,
                amount=request.amount,
            )
        )
        tx.record(
            AuditNote(Happened.CREDITS_DECLINED, await self.place(tx), subject_id=request.id, amount=request.amount)
        )
        return RequestEnded(request.id, RequestState.DECLINED, request.amount)
