"""Who is out of office now, until when, and whom their credits help meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from core.directory.people import handles_of
from core.ooo.plans import parts_on, plan_from
from core.ooo.words import Source
from core.reporting.team_sheet import Away, Helped
from core.storage.tables import absences
from core.storage.transaction import Transaction

_HOURS: Final = 24


async def away_now(tx: Transaction, people: Sequence[str]) -> Mapping[str, Away]:
    """Those of these people who are out of office at this moment."""
    found = await tx.execute(
        select(
            absences.c.user_id,
            absences.c.source,
            absences.c.starts_at,
            absences.c.ends_at,
            absences.c.plan,
            absences.c.wait_hours,
        )
        .where(
            absences.c.organization_id == tx.organization_id,
            absences.c.user_id.in_(people),
            absences.c.state == "open",
            absences.c.starts_at <= tx.now,
            absences.c.ends_at > tx.now,
        )
        .order_by(absences.c.ends_at)
    )
    rows = found.all()
    parts = {row.user_id: _parts(tx, row) for row in rows}
    named = await handles_of(tx, {to for shares in parts.values() for to, _ in shares})
    return {
        row.user_id: Away(
            None if row.source == Source.INACTIVITY_DAYS.value else row.ends_at,
            tuple(Helped(named.get(to, to), to in named, percent) for to, percent in parts[row.user_id]),
        )
        for row in rows
    }


def _parts(tx: Transaction, row: Row[Any]) -> list[tuple[str, int]]:
    """The split that counts today."""
    first = row.starts_at.astimezone(tx.zone).date()
    nth = max(0, (tx.today - first).days - row.wait_hours // _HOURS)
    return [(part.to, part.percent) for part in parts_on(plan_from(row.plan), nth)]
