"""Who asked a colleague for credits takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.requests import (
    RequestEnded,
    RequestState,
    end_and_tell,
    locked_request,
    refuse_ended,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """Who asked takes it back."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    request_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> RequestEnded:
        """Refuses what the actor did not ask for, is answered or over."""
        request = await locked_request(tx, self.request_id)
        if request.requester_id != self.actor.id:
            raise Refused(refuse(Because.UNKNOWN_REQUEST, request=self.request_id))
        refuse_ended(tx, request)
        # Nothing below may refuse.
        tx.record(
            AuditNote(
                Happened.CREDITS_REQUEST_CANCELLED,
                await self.place(tx),
                subject_id=request.id,
                amount=request.amount,
            )
        )
        return await end_and_tell(tx, request, state=RequestState.CANCELLED)
