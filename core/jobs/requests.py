"""Requests that somebody decides, as time passes: a reminder, the next tier, and in the end a no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from core.approvals.due import DueEnd, DueNudge, ends_due, nudges_due
from core.approvals.escalate import EscalateApproval
from core.approvals.remind import RemindApprovers
from core.approvals.states import Subject
from core.jobs.items import ACTOR, Due, Rank
from core.overrides.expire_override import ExpireOverrideRequest
from core.pools.expire_draw import ExpireDraw
from core.storage.transaction import Command
from core.transfers.expire_request import ExpireRequest
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.open_requests import requests_over


def _expire_transfer(organization_id: str, approval_id: str) -> ExpireTransfer:
    name = f"expire-transfer:{approval_id}"
    return ExpireTransfer(id=name, organization_id=organization_id, actor=ACTOR, approval_id=approval_id)


def _expire_override(organization_id: str, approval_id: str) -> ExpireOverrideRequest:
    name = f"expire-override:{approval_id}"
    return ExpireOverrideRequest(id=name, organization_id=organization_id, actor=ACTOR, approval_id=approval_id)


def _expire_draw(organization_id: str, approval_id: str) -> ExpireDraw:
    name = f"expire-draw:{approval_id}"
    return ExpireDraw(id=name, organization_id=organization_id, actor=ACTOR, approval_id=approval_id)


_EXPIRE: Final[Mapping[Subject, Callable[[str, str], Command[Any]]]] = MappingProxyType(
    {Subject.DRAW: _expire_draw, Subject.OVERRIDE: _expire_override, Subject.TRANSFER: _expire_transfer}
)
"""What the end of a request's time does, by its subject: of an organization and an approval."""


async def requests_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[Due]:
    """What is to be done about open requests."""
    nudges = await nudges_due(connection, organization_id, until=until)
    ends = await ends_due(connection, organization_id, until=until)
    over = await requests_over(connection, organization_id, until=until)
    return [
        *(_nudge(organization_id, item) for item in nudges),
        *(_end(organization_id, item) for item in ends),
        *(_over(organization_id, at, request_id=name) for at, name in over),
    ]


def _over(organization_id: str, at: datetime, *, request_id: str) -> Due:
    ended = ExpireRequest(
        id=f"expire-request:{request_id}", organization_id=organization_id, actor=ACTOR, request_id=request_id
    )
    return Due(at, Rank.REQUEST_END, 0, ended)


def _end(organization_id: str, item: DueEnd) -> Due:
    return Due(item.at, Rank.REQUEST_END, 0, _EXPIRE[item.subject](organization_id, item.approval_id))


def _nudge(organization_id: str, item: DueNudge) -> Due:
    name = item.approval_id
    if item.is_escalation:
        raised = EscalateApproval(id=f"escalate:{name}", organization_id=organization_id, actor=ACTOR, approval_id=name)
        return Due(item.at, Rank.REQUEST_ESCALATION, 0, raised)
    reminded = RemindApprovers(
        id=f"remind:{item.round}", organization_id=organization_id, actor=ACTOR, approval_id=name
    )
    return Due(item.at, Rank.REQUEST_REMINDER, 0, reminded)
