"""How a request stands, for the messages that show it, whatever kind it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.tables import approval_votes, approvals, credit_requests

OPEN: Final = "open"

SHOWS: Final[Mapping[str, str]] = {
    "approval.requested": "approval_id",
    "approval.reminded": "approval_id",
    "approval.question": "approval_id",
    "credits.requested": "request_id",
}
"""The events whose messages show a request that can be decided there, and where its id is."""

ENDS: Final[Mapping[str, str]] = {
    "approval.decided": "approval_id",
    "credits.declined": "request_id",
    "credits.request_ended": "request_id",
}
"""The events with which a request ends."""

GOES_ON: Final[Mapping[str, str]] = {"approval.agreed": "approval_id"}
"""The events after which others are asked than before, and no longer those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestNow:
    """People are user ids; `gainer_id` is who gains, where it is one.

    `granted` is None until it was decided, `ended_at` until it has ended. Of `must_agree`, one after the other,
    `agreed` have; while it is open `amount` is what they have left of what was asked for.
    """

    id: str
    state: str
    subject: str
    requester_id: str
    gainer_id: str | None
    gainers: int
    amount: int
    granted: int | None
    reason: str
    decided_by: str | None
    decided_for: str | None
    ended_at: datetime | None
    must_agree: int = 1
    agreed: tuple[str, ...] = ()

    @property
    def people(self) -> Mapping[str, str]:
        """Those whose names it takes to tell of it."""
        named = {
            "requester": self.requester_id,
            "gainer": self.gainer_id,
            "by": self.decided_by,
            "behalf": self.decided_for,
            **{f"agreed {number}": user_id for number, user_id in enumerate(self.agreed)},
        }
        return {role: user_id for role, user_id in named.items() if user_id is not None}

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided; what is overdue stays open until a job has ended it."""
        return self.state == OPEN


def shown_request(event_type: str, payload: Mapping[str, Any]) -> str | None:
    """The id of the request that this event's message shows."""
    return payload[SHOWS[event_type]] if event_type in SHOWS else None


def ended_request(event_type: str, payload: Mapping[str, Any]) -> str | None:
    """The id of the request that ends with this event."""
    return payload[ENDS[event_type]] if event_type in ENDS else None


def changed_request(event_type: str, payload: Mapping[str, Any]) -> str | None:
    """The id of the request that ends with this event, or is put to others from then on."""
    changes = {**ENDS, **GOES_ON}
    return payload[changes[event_type]] if event_type in changes else None


async def request_now(database: Database, *, organization_id: str, request_id: str) -> RequestNow | None:
    """None where there is no such request. Raises StorageUnavailable."""
    async with database.snapshot() as connection:
        read = _colleague if request_id.startswith("crq_") else _approval
        return await read(connection, organization_id=organization_id, request_id=request_id)


async def _approval(connection: AsyncConnection, *, organization_id: str, request_id: str) -> RequestNow | None:
    found = await connection.execute(
        select(approvals).where(approvals.c.organization_id == organization_id, approvals.c.id == request_id)
    )
    row: Row[Any] | None = found.one_or_none()
    if row is None:
        return None
    votes = await _votes(connection, row) if row.is_chain else ()
    is_open = row.state == OPEN
    return RequestNow(
        id=row.id,
        state=row.state,
        subject=row.subject_kind,
        requester_id=row.requester_id,
        gainer_id=row.gainers[0] if len(row.gainers) == 1 else None,
        gainers=len(row.gainers),
        amount=min((vote.granted for vote in votes), default=row.amount) if is_open else row.amount,
        granted=row.granted,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_for=row.decided_for,
        ended_at=row.decided_at,
        must_agree=len(row.tiers) if row.is_chain else 1,
        agreed=tuple(vote.voter_id for vote in votes),
    )


async def _votes(connection: AsyncConnection, row: Row[Any]) -> Sequence[Row[Any]]:
    found: Sequence[Row[Any]] = (
        await connection.execute(
            select(approval_votes)
            .where(approval_votes.c.organization_id == row.organization_id, approval_votes.c.approval_id == row.id)
            .order_by(approval_votes.c.tier)
        )
    ).all()
    return found


async def _colleague(connection: AsyncConnection, *, organization_id: str, request_id: str) -> RequestNow | None:
    found = await connection.execute(
        select(credit_requests).where(
            credit_requests.c.organization_id == organization_id, credit_requests.c.id == request_id
        )
    )
    row: Row[Any] | None = found.one_or_none()
    if row is None:
        return None
    return RequestNow(
        id=row.id,
        state=row.state,
        subject="credits",
        requester_id=row.requester_id,
        gainer_id=row.requester_id,
        gainers=1,
        amount=row.amount,
        granted=None,
        reason=row.reason,
        decided_by=row.colleague_id if row.state in {"granted", "declined"} else None,
        decided_for=None,
        ended_at=row.ended_at,
    )
