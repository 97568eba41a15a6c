"""A colleague did not answer in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.directory.texts import wrong
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
class ExpireRequest:
    """Once per request, by a job with the deadline as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    request_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> RequestEnded:
        """Refuses what is answered, or has time left."""
        request = await locked_request(tx, self.request_id)
        if request.state is not RequestState.OPEN:
            refuse_ended(tx, request)
        if tx.now < request.expires_at:
            raise wrong("request_id", "its time is not over")
        # Nothing below may refuse.
        tx.record(
            AuditNote(
                Happened.CREDITS_REQUEST_EXPIRED,
                await user_place(tx, request.requester_id),
                subject_id=request.id,
                amount=request.amount,
            )
        )
        return await end_and_tell(tx, request, state=RequestState.EXPIRED)
