"""Which colleagues ask a person for credits, whom they ask, and which requests are out of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.tables import credit_requests, users
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.requests import RequestState


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One open request; `is_mine` when the actor asks `other` (a handle), else `other` asks."""

    request_id: str
    is_mine: bool
    other: str
    amount: int
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequests:
    """The actor's own, soonest end first."""

    needs: ClassVar[str] = Permission.SEE_PEOPLE
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> tuple[RequestLine, ...]:
        """Read."""
        me, asked = self.actor.id, credit_requests.c
        handles = await tx.execute(
            select(users.c.id, users.c.handle).where(users.c.organization_id == tx.organization_id)
        )
        by_id = {row.id: row.handle for row in handles}
        found = await tx.execute(
            select(credit_requests)
            .where(
                asked.organization_id == tx.organization_id,
                or_(asked.requester_id == me, asked.colleague_id == me),
                asked.state == RequestState.OPEN.value,
                asked.expires_at > tx.now,
            )
            .order_by(asked.expires_at, asked.id)
        )
        return tuple(
            RequestLine(
                row.id,
                row.requester_id == me,
                by_id[row.colleague_id if row.requester_id == me else row.requester_id],
                row.amount,
                row.reason,
                row.expires_at,
            )
            for row in found
        )


async def requests_over(
    connection: AsyncConnection, organization_id: str, *, until: datetime
) -> list[tuple[datetime, str]]:
    """(deadline, id) of open requests whose time is over."""
    found = await connection.execute(
        select(credit_requests.c.expires_at, credit_requests.c.id).where(
            credit_requests.c.organization_id == organization_id,
            credit_requests.c.state == RequestState.OPEN.value,
            credit_requests.c.expires_at <= until,
        )
    )
    return [(row.expires_at, row.id) for row in found]
