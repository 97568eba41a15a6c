"""Credits that wait: asked for by Alice, and what has become of them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from core.storage.tables import transfers
from core.transfers.send_credits import SendCredits, Sent
from tests.company import Company


async def send(company: Company, by: str, *to: str, amount: int) -> Sent:
    recipients = tuple(company.user(handle) for handle in to)
    return await company.run(SendCredits, by=by, recipients=recipients, amount=amount, reason="for the launch")


async def asked(company: Company, *, amount: int = 150_000, funds: int = 400_000) -> Sent:
    """Alice asks to send Bob 150,000 of her 400,000."""
    await company.fund("alice", funds)
    return await send(company, "alice", "bob", amount=amount)


async def states(company: Company) -> Counter[str]:
    async with company.database.snapshot() as connection:
        return Counter((await connection.execute(select(transfers.c.state))).scalars())
