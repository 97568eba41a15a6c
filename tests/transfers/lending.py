"""Alice lends Bob credits."""

from __future__ import annotations

from datetime import UTC, datetime

from core.transfers.lend_credits import LendCredits, Lent
from core.transfers.own_loans import OwnLoans
from core.transfers.send_credits import SendCredits
from tests.company import Company

FRIDAY = datetime(2026, 3, 6, 23, 0, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
MAY = datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
JUNE = datetime(2026, 5, 31, 22, 0, tzinfo=UTC)


async def lend(company: Company, amount: int, *, due_at: datetime | None = FRIDAY) -> Lent:
    """Alice lends Bob a part of her 200,000."""
    await company.fund("alice", 200_000)
    return await company.run(LendCredits, by="alice", borrower_id=company.user("bob"), amount=amount, due_at=due_at)


async def bob_spends(company: Company, amount: int) -> None:
    """He gives them to dan."""
    await company.run(SendCredits, by="bob", recipients=(company.user("dan"),), amount=amount)


async def owed(company: Company) -> int:
    return sum(line.left for line in await company.ask(OwnLoans, by="bob", user_id=company.user("bob")))
