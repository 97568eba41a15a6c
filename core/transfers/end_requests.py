"""A request to a colleague ends without a send: declined, taken back, or out of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.directory.texts import wrong
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import CreditsDeclined, CreditsRequestEnded
from core.transfers.requests import CreditRequest, RequestState, end_request, locked_request, refuse_ended


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """The receipt."""

    request_id: str
    state: RequestState
    amount: int


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


async def end_and_tell(tx: Transaction, request: CreditRequest, *, state: RequestState) -> RequestEnded:
    """Write the end of a locked, open request, and tell of it."""
    await end_request(tx, request, state=state)
    tx.emit(
        CreditsRequestEnded(
            request_id=request.id,
            requester_id=request.requester_id,
            colleague_id=request.colleague_id,
            amount=request.amount,
            state=state.value,
        )
    )
    return RequestEnded(request.id, state, request.amount)
