"""What people sent and received today. Exact only under the locks of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.policy.periods import day_of, start_of
from core.storage.tables import transfers
from core.storage.transaction import Transaction
from core.transfers.states import TransferState

_COUNTS_FOR_SENDER = (TransferState.PENDING.value, TransferState.COMPLETED.value)


@dataclass(frozen=True, slots=True)
class Day:
    """The organization's day: [start, end)."""

    start: datetime
    end: datetime


def day_around(tx: Transaction) -> Day:
    """The day of this transaction."""
    today = day_of(tx.now, tx.zone)
    return Day(start_of(today, tx.zone), start_of(today + timedelta(days=1), tx.zone))


async def sent_on(tx: Transaction, day: Day, *, sender_id: str) -> int:
    """Credits that a person sent or asked to send; what is pending counts on the day it was asked."""
    found = await tx.execute(
        select(func.coalesce(func.sum(transfers.c.amount), 0)).where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.sender_id == sender_id,
            transfers.c.state.in_(_COUNTS_FOR_SENDER),
            transfers.c.asked_at >= day.start,
            transfers.c.asked_at < day.end,
        )
    )
    return int(found.scalar_one())


async def received_on(tx: Transaction, day: Day, *, recipients: tuple[str, ...]) -> dict[str, int]:
    """Credits that arrived, by person; people who received nothing are left out."""
    found = await tx.execute(
        select(transfers.c.recipient_id, func.sum(transfers.c.amount).label("amount"))
        .where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.recipient_id.in_(sorted(set(recipients))),
            transfers.c.state == TransferState.COMPLETED.value,
            transfers.c.completed_at >= day.start,
            transfers.c.completed_at < day.end,
        )
        .group_by(transfers.c.recipient_id)
    )
    return {row.recipient_id: int(row.amount) for row in found}
