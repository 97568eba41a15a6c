"""Reading accounts and the outbox the way a careful auditor would: dates, postings, events."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import select

from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.tables import accounts, grants, outbox, postings
from tests.company import Company

Slices = list[tuple[date, int]]


async def slices(company: Company, whose: str) -> Slices:
    """What is left on an account by the last day on which it can be spent, soonest first."""
    async with company.database.snapshot() as connection:
        text = await connection.scalar(
            select(accounts.c.slices).where(
                accounts.c.organization_id == company.id, accounts.c.id == company.account(whose)
            )
        )
    return [(date.fromisoformat(day), remaining) for day, remaining, _ in json.loads(text or "[]")]


async def told(company: Company, name: str) -> list[dict[str, Any]]:
    """The payloads of one kind of event, in the order in which they were written."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(outbox.c.payload)
            .where(outbox.c.organization_id == company.id, outbox.c.type == name)
            .order_by(outbox.c.id)
        )
        return list(found.scalars())


async def books(database: Database) -> dict[str, Any]:
    """Every account, posting and grant of every organization, without the ids that a run makes up."""
    async with database.snapshot() as connection:
        found = await connection.execute(
            select(
                accounts.c.id,
                accounts.c.credits,
                accounts.c.debits,
                accounts.c.slices,
                accounts.c.period_base,
                accounts.c.period_spent,
                accounts.c.version,
            )
        )
        balances = {row.id: tuple(row)[1:] for row in found}
        moved = await connection.execute(
            select(
                postings.c.at,
                postings.c.debit_account,
                postings.c.credit_account,
                postings.c.amount,
                postings.c.kind,
                postings.c.expires_taken,
                postings.c.expires_given,
            )
        )
        granted = await connection.execute(
            select(grants).order_by(grants.c.organization_id, grants.c.owner_id, grants.c.window_start)
        )
        return {
            "accounts": balances,
            "postings": sorted(map(str, map(tuple, moved))),
            "grants": list(map(tuple, granted)),
        }


async def assert_no_drift(company: Company) -> None:
    """Balances are what the postings say."""
    report = await verify(company.database)
    assert report.drift == []
