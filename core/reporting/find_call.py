"""What became of one call: still open, settled with its usage row, or given back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Row, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.ledger.holds import HoldState
from core.refusals import Because, Refused, refuse
from core.spending.calls import charged_by_source
from core.storage.tables import holds, usage
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class CallUsage:
    """The usage row of a settled call. `sources` is credits by kind of account; the cost is exact USD."""

    provider: str
    model: str
    status: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    credits: int
    cost_usd: Decimal | None
    sources: dict[str, int]
    overrun: int
    is_late: bool
    is_estimated: bool
    latency_ms: int
    first_byte_ms: int | None
    tags: dict[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class CallState:
    """`state` is the hold's: `open` while the call runs, `settled`, `released` (it cost nothing) or `expired`."""

    id: str
    state: str
    usage: CallUsage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCall:
    """One of the asker's own calls; another's is unknown."""

    needs: ClassVar[str] = Permission.SEE_USAGE
    organization_id: str
    actor: Actor
    call_id: str

    async def place(self, tx: Transaction) -> Place:
        """The asker's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> CallState:
        """Read. Raises Refused (UNKNOWN_CALL)."""
        used = await tx.execute(
            select(usage).where(usage.c.organization_id == tx.organization_id, usage.c.id == self.call_id)
        )
        row = used.one_or_none()
        if row is not None and row.user_id == self.actor.id:
            return CallState(self.call_id, HoldState.SETTLED.value, _usage(row))
        held = await tx.execute(
            select(holds.c.state, holds.c.contents).where(
                holds.c.organization_id == tx.organization_id, holds.c.id == self.call_id
            )
        )
        hold = held.one_or_none()
        # A hold's contents begin with whose call it is.
        if row is not None or hold is None or hold.contents.partition(" ")[0] != self.actor.id:
            raise Refused(refuse(Because.UNKNOWN_CALL, id=self.call_id[:100]))
        return CallState(self.call_id, hold.state, None)


def _usage(row: Row[Any]) -> CallUsage:
    return CallUsage(
        provider=row.provider,
        model=row.model,
        status=row.status,
        input_tokens=row.input_tokens,
        cached_tokens=row.cached_tokens,
        output_tokens=row.output_tokens,
        reasoning_tokens=row.reasoning_tokens,
        credits=row.credits,
        cost_usd=row.cost_usd,
        sources=charged_by_source(json.loads(row.sources)),
        overrun=row.overrun,
        is_late=row.is_late,
        is_estimated=row.is_estimated,
        latency_ms=row.latency_ms,
        first_byte_ms=row.first_byte_ms,
        tags=json.loads(row.tags),
        at=row.at,
    )
