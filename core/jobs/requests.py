"""Requests that somebody decides, as time passes: a reminder, the next tier, and in the end a no."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.approvals.due import DueNudge, nudges_due
from core.approvals.escalate import EscalateApproval
from core.approvals.remind import RemindApprovers
from core.jobs.items import ACTOR, Due, Rank


async def requests_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[Due]:
    """What is to be done about open requests."""
    nudges = await nudges_due(connection, organization_id, until=until)
    return [_nudge(organization_id, item) for item in nudges]


def _nudge(organization_id: str, item: DueNudge) -> Due:
    name = item.approval_id
    if item.is_escalation:
        raised = EscalateApproval(id=f"escalate:{name}", organization_id=organization_id, actor=ACTOR, approval_id=name)
        return Due(item.at, Rank.REQUEST_ESCALATION, 0, raised)
    reminded = RemindApprovers(id=f"remind:{name}", organization_id=organization_id, actor=ACTOR, approval_id=name)
    return Due(item.at, Rank.REQUEST_REMINDER, 0, reminded)
