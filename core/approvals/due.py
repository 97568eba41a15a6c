"""What falls due with open requests in one organization: reminders and the asking of further tiers.

Their expiry lives with what was asked for, because it gives something back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.approvals.states import ApprovalState, Subject
from core.storage.tables import approvals


@dataclass(frozen=True, slots=True)
class DueNudge:
    """A request to remind of or, with `is_escalation`, to put to its next tier as well.

    `round` names the nudge: each tier of a chain that is asked is reminded once.
    """

    at: datetime
    approval_id: str
    is_escalation: bool
    round: str


@dataclass(frozen=True, slots=True)
class DueEnd:
    """A request whose time is over."""

    at: datetime
    approval_id: str
    subject: Subject
    subject_id: str


async def nudges_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[DueNudge]:
    """Reminders and escalations whose moment is reached, soonest first."""
    found = await connection.execute(
        select(approvals).where(
            approvals.c.organization_id == organization_id,
            approvals.c.state == ApprovalState.OPEN.value,
            or_(approvals.c.remind_at <= until, approvals.c.escalate_at <= until),
        )
    )
    due: list[DueNudge] = []
    for row in found:
        moments = ((row.remind_at, False), (row.escalate_at, True))
        due += [
            DueNudge(at, row.id, is_escalation, f"{row.id}:{row.tier}" if row.is_chain and row.tier else row.id)
            for at, is_escalation in moments
            if at is not None and at <= until and at < row.expires_at
        ]
    return sorted(due, key=lambda item: (item.at, item.is_escalation, item.approval_id))


async def ends_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[DueEnd]:
    """Open requests whose time is over, soonest first."""
    found = await connection.execute(
        select(approvals.c.id, approvals.c.expires_at, approvals.c.subject_kind, approvals.c.subject_id)
        .where(
            approvals.c.organization_id == organization_id,
            approvals.c.state == ApprovalState.OPEN.value,
            approvals.c.expires_at <= until,
        )
        .order_by(approvals.c.expires_at, approvals.c.id)
    )
    return [DueEnd(row.expires_at, row.id, Subject(row.subject_kind), row.subject_id) for row in found]
