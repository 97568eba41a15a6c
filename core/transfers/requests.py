"""Requests to colleagues as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update

from core.refusals import Because, Refused, refuse
from core.storage.tables import credit_requests
from core.storage.transaction import Transaction
from core.transfers.events import CreditsRequestEnded

LIFE: Final = timedelta(hours=24)
"""How long a colleague may answer."""


class RequestState(StrEnum):
    """A request is answered once."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """One row, locked."""

    id: str
    requester_id: str
    colleague_id: str
    amount: int
    reason: str
    state: RequestState
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """The receipt."""

    request_id: str
    state: RequestState
    amount: int


async def locked_request(tx: Transaction, request_id: str) -> CreditRequest:
    """The request, its row locked. Raises Refused when the actor is neither of its two people, nor a job."""
    row = select(credit_requests).where(
        credit_requests.c.organization_id == tx.organization_id, credit_requests.c.id == request_id
    )
    found = (await tx.execute(row.with_for_update())).one_or_none()
    if found is None:
        raise Refused(refuse(Because.UNKNOWN_REQUEST, request=request_id))
    return CreditRequest(
        found.id,
        found.requester_id,
        found.colleague_id,
        found.amount,
        found.reason,
        RequestState(found.state),
        found.expires_at,
        found.ended_at,
    )


def refuse_ended(tx: Transaction, request: CreditRequest) -> None:
    """Raise Refused unless it can still be answered."""
    if request.state is RequestState.OPEN and tx.now < request.expires_at:
        return
    state = RequestState.EXPIRED if request.state is RequestState.OPEN else request.state
    at = request.ended_at or request.expires_at
    raise Refused(refuse(Because.ALREADY_DECIDED, request=request.id, state=state.value, at=at))


async def end_request(
    tx: Transaction, request: CreditRequest, *, state: RequestState, group_id: str | None = None
) -> None:
    """Write the end."""
    await tx.execute(
        update(credit_requests)
        .where(credit_requests.c.organization_id == tx.organization_id, credit_requests.c.id == request.id)
        .values(state=state.value, ended_at=tx.now, group_id=group_id)
    )


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
