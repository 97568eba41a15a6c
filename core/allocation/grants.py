"""What was granted of each period: one row per owner and period, read and written under the organization's gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from core.storage.tables import grants
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`quota - granted` is the shortfall, which `parent_id` owes until the period ends."""

    owner_id: str
    start: datetime
    end: datetime
    parent_id: str | None
    quota: int
    granted: int
    expires_on: date

    @property
    def owed(self) -> int:
        """What is still to come."""
        return self.quota - self.granted


async def add_grants(tx: Transaction, new: Iterable[Grant]) -> None:
    """Write the rows of periods that were served."""
    rows = [
        {
            "organization_id": tx.organization_id,
            "owner_id": grant.owner_id,
            "window_start": grant.start,
            "window_end": grant.end,
            "parent_id": grant.parent_id,
            "quota": grant.quota,
            "granted": grant.granted,
            "expires_on": grant.expires_on,
            "at": tx.now,
        }
        for grant in new
    ]
    if rows:
        await tx.execute(insert(grants), rows)


async def change_grant(tx: Transaction, grant: Grant) -> None:
    """Write what a period's grant has become."""
    await tx.execute(
        update(grants)
        .where(
            grants.c.organization_id == tx.organization_id,
            grants.c.owner_id == grant.owner_id,
            grants.c.window_start == grant.start,
        )
        .values(quota=grant.quota, granted=grant.granted, window_end=grant.end)
    )


async def served(tx: Transaction, owners: Iterable[str], *, start: datetime) -> set[str]:
    """Who of these owners has had a grant for the period that began then."""
    found = await tx.execute(
        select(grants.c.owner_id).where(
            grants.c.organization_id == tx.organization_id,
            grants.c.owner_id.in_(sorted(owners)),
            grants.c.window_start == start,
        )
    )
    return set(found.scalars())


async def present_grant(tx: Transaction, owner_id: str) -> Grant | None:
    """The grant of the period that is going on; of several (a changed calendar) the one that began last."""
    found = await tx.execute(
        select(grants)
        .where(
            grants.c.organization_id == tx.organization_id,
            grants.c.owner_id == owner_id,
            grants.c.window_start <= tx.now,
            grants.c.window_end > tx.now,
        )
        .order_by(grants.c.window_start.desc())
    )
    row = found.first()
    return None if row is None else grant_from(row)


async def grant_begun(tx: Transaction, owner_id: str, *, start: datetime) -> Grant | None:
    """The grant of the period that began then, also when it was a shorter one that has ended."""
    found = await tx.execute(
        select(grants).where(
            grants.c.organization_id == tx.organization_id,
            grants.c.owner_id == owner_id,
            grants.c.window_start == start,
        )
    )
    row = found.first()
    return None if row is None else grant_from(row)


async def short_grants(tx: Transaction, parent_id: str) -> list[Grant]:
    """What a parent still owes of periods that are going on."""
    found = await tx.execute(
        select(grants)
        .where(
            grants.c.organization_id == tx.organization_id,
            grants.c.parent_id == parent_id,
            grants.c.window_end > tx.now,
            grants.c.quota > grants.c.granted,
        )
        .order_by(grants.c.owner_id, grants.c.window_start)
    )
    return [grant_from(row) for row in found]


async def forgive_shortfall(tx: Transaction, owner_id: str) -> None:
    """Nothing more is owed to this owner."""
    await tx.execute(
        update(grants)
        .where(grants.c.organization_id == tx.organization_id, grants.c.owner_id == owner_id)
        .values(quota=grants.c.granted)
    )


def grant_from(row: Row[Any]) -> Grant:
    """Read a row."""
    return Grant(
        owner_id=row.owner_id,
        start=row.window_start,
        end=row.window_end,
        parent_id=row.parent_id,
        quota=row.quota,
        granted=row.granted,
        expires_on=row.expires_on,
    )
