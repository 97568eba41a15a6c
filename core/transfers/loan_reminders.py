"""When both sides of a loan are reminded of it: a day ahead, of a short loan after half its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.allocation.quotas import quota_of
from core.storage.tables import loans
from core.storage.transaction import Transaction
from core.transfers.loan_rows import LoanState

AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """Both sides of a loan are to be reminded at a moment."""

    at: datetime
    loan_id: str


def remind_at(due_at: datetime, *, lent_at: datetime) -> datetime | None:
    """A day before it is due, but not before half its time is over; None when it is due at once."""
    if due_at <= lent_at:
        return None
    return max(due_at - AHEAD, lent_at + (due_at - lent_at) / 2)


async def expected_at(tx: Transaction, borrower_id: str, *, due_at: datetime | None) -> datetime | None:
    """When a loan comes back as things stand: at its due moment, or at the next refresh if there is one."""
    if due_at is not None:
        return due_at
    quota = await quota_of(tx, borrower_id)
    window = None if quota is None else quota.next_window(tx.zone, after=tx.now)
    return None if window is None else window.start


async def first_reminder(tx: Transaction, borrower_id: str, *, due_at: datetime | None) -> datetime | None:
    """For a loan that begins now."""
    expected = await expected_at(tx, borrower_id, due_at=due_at)
    return None if expected is None else remind_at(expected, lent_at=tx.now)


async def reminders_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[DueReminder]:
    """What is due by a moment, soonest first."""
    found = await connection.execute(
        select(loans.c.remind_at, loans.c.id)
        .where(
            loans.c.organization_id == organization_id,
            loans.c.state == LoanState.OPEN.value,
            loans.c.remind_at <= until,
        )
        .order_by(loans.c.remind_at, loans.c.id)
    )
    return [DueReminder(row.remind_at, row.id) for row in found]
