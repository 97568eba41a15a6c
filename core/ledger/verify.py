"""The truth about the books: every account computed anew from postings and holds, in one snapshot.

Balances are a cache of the postings. Here the cache is compared with what it caches, and the invariants of the ledger
are checked; nothing is repaired.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import ENDLESS, Kind, Unit
from core.ledger.drift import Drift, Fold, findings, slices_of
from core.ledger.folds import Folds, fold
from core.ledger.hold_drift import hold_drift
from core.storage.database import Database
from core.storage.retry import Persistence
from core.storage.tables import accounts, holds, organizations, postings, usage


@dataclass(slots=True)
class Report:
    """What was looked at, and what does not agree (must be nothing)."""

    organizations: int = 0
    accounts: int = 0
    postings: int = 0
    holds: int = 0
    usage_rows: int = 0
    drift: list[Drift] = field(default_factory=list)


async def verify(database: Database) -> Report:
    """Compare the books of every organization with their postings and holds. Raises StorageUnavailable."""
    return await Persistence(asyncio.sleep).run(lambda: _verify(database))


async def _verify(database: Database) -> Report:
    report = Report()
    async with database.snapshot() as connection:
        report.postings = await _count(connection, postings)
        report.holds = await _count(connection, holds)
        report.usage_rows = await _count(connection, usage)
        report.accounts = await _count(connection, accounts)
        owners = union(*(select(table.c.organization_id) for table in (organizations, accounts, postings, holds)))
        for organization_id in sorted(await connection.scalars(owners)):
            report.organizations += 1
            report.drift += [found async for found in _organization_drift(connection, organization_id)]
    return report


async def _count(connection: AsyncConnection, table: Table) -> int:
    return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def _organization_drift(connection: AsyncConnection, organization_id: str) -> AsyncIterator[Drift]:
    folds = await fold(connection, organization_id)
    sums = _Sums()
    rows = await connection.stream(
        select(accounts).where(accounts.c.organization_id == organization_id).order_by(accounts.c.id)
    )
    async for row in rows:
        sums.add(row)
        for found in findings(row, folds.accounts.pop(row.id, Fold())):
            yield Drift(organization_id, row.id, found.what, found.expected, found.found)
    for drift in (*_unknown(organization_id, folds), *sums.drift(organization_id)):
        yield drift
    async for drift in hold_drift(connection, organization_id):
        yield drift


def _unknown(organization_id: str, folds: Folds) -> list[Drift]:
    """Accounts that postings or holds name and that have no row; open holds that name nothing."""
    return [
        *(Drift(organization_id, name, "account", "a row", None) for name in sorted(folds.accounts)),
        *(Drift(organization_id, None, f"lines of hold {name}", "a list", "unreadable") for name in folds.unreadable),
    ]


class _Sums:
    """The sums over all accounts of one organization."""

    def __init__(self) -> None:
        self.by_unit: Counter[str] = Counter()
        self.by_kind: Counter[str] = Counter()
        self.left = 0

    def add(self, row: Any) -> None:  # noqa: ANN401  a row of `accounts` has no type of its own
        """Count an account in."""
        self.by_unit[row.unit] += row.credits - row.debits
        self.by_kind[row.kind] += row.credits - row.debits
        if row.unit == Unit.CREDITS and row.kind not in ENDLESS:
            self.left += sum(part.remaining for part in slices_of(row.slices) or ()) - row.owed

    def drift(self, organization_id: str) -> list[Drift]:
        """What the sums should be and are not."""
        found = [
            Drift(organization_id, None, f"sum of all accounts in {unit}", 0, total)
            for unit, total in sorted(self.by_unit.items())
            if total
        ]
        issued = -self.by_kind[Kind.ISSUED]
        accounted = self.by_kind[Kind.SPENT] + self.by_kind[Kind.EXPIRED] + self.left
        if issued != accounted:
            found.append(Drift(organization_id, None, "issued = spent + expired + what is left", issued, accounted))
        return found
