"""When what is owed is taken back: at its due moment all that is there, then at refreshes at most half of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.tables import grants, loans
from core.transfers.loan_rows import LoanState

Refreshes = Mapping[str, Mapping[datetime, int]]
"""Borrower → beginning of a period → what was granted of it."""


@dataclass(frozen=True, slots=True)
class DueLoans:
    """Something of this borrower's is to be taken back at a moment."""

    at: datetime
    borrower_id: str


def next_due(loan: Row[Any], refreshes: Refreshes) -> datetime | None:
    """When an open loan is due next, as far as that has come; None when it waits for a refresh."""
    if loan.collected_at is None and loan.due_at is not None:
        first: datetime = max(loan.due_at, loan.lent_at)
        return first
    since: datetime = loan.collected_at or loan.lent_at
    return min((start for start in refreshes.get(loan.borrower_id, {}) if start > since), default=None)


async def refreshes_of(connection: AsyncConnection, organization_id: str, *, borrowers: Iterable[str]) -> Refreshes:
    """Every refresh that these people have had."""
    found = await connection.execute(
        select(grants.c.owner_id, grants.c.window_start, grants.c.granted).where(
            grants.c.organization_id == organization_id, grants.c.owner_id.in_(sorted(set(borrowers)))
        )
    )
    refreshes: defaultdict[str, dict[datetime, int]] = defaultdict(dict)
    for row in found:
        refreshes[row.owner_id][row.window_start] = row.granted
    return refreshes


async def loans_due(connection: AsyncConnection, organization_id: str, *, until: datetime) -> list[DueLoans]:
    """What is due by a moment, soonest first."""
    found = await connection.execute(
        select(loans).where(loans.c.organization_id == organization_id, loans.c.state == LoanState.OPEN.value)
    )
    rows = found.all()
    if not rows:
        return []
    # Where the due moment is still to come no refresh counts.
    waiting = [row.borrower_id for row in rows if row.collected_at is not None or row.due_at is None]
    refreshes = await refreshes_of(connection, organization_id, borrowers=waiting) if waiting else {}
    moments = {(at, row.borrower_id) for row in rows if (at := next_due(row, refreshes)) is not None and at <= until}
    return [DueLoans(at, borrower) for at, borrower in sorted(moments)]
