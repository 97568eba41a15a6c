"""What calls came to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from core.storage.tables import usage
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class UsedInAll:
    """How many calls, their credits, their exact price in USD."""

    calls: int
    credits: int
    cost_usd: Decimal


async def used_in_all(tx: Transaction, *which: ColumnElement[bool]) -> UsedInAll:
    """Of the organization's calls that fulfil the conditions. SQLite keeps prices as text: they are added here."""
    wanted = (usage.c.organization_id == tx.organization_id, *which)
    sums = await tx.execute(
        select(func.count().label("calls"), func.coalesce(func.sum(usage.c.credits), 0).label("credits")).where(*wanted)
    )
    total = sums.one()
    if not tx.is_sqlite:
        cost = (await tx.execute(select(func.sum(usage.c.cost_usd)).where(*wanted))).scalar_one() or Decimal(0)
    else:
        prices = await tx.execute(select(usage.c.cost_usd).where(*wanted, usage.c.cost_usd.is_not(None)))
        cost = sum(prices.scalars(), Decimal(0))
    return UsedInAll(total.calls, int(total.credits), cost)
