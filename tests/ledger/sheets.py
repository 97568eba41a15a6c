"""Ann, her credits, and her whole balance sheet."""

from sqlalchemy import select

from core.ledger.accounts import NEVER
from core.ledger.books import PostingKind
from core.ledger.moving import Move
from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.tables import accounts, holds
from tests.ledger.backends import Stored
from tests.ledger.loading import ANN, NOW


async def fund(database: Database, amount: int) -> Database:
    """Give ann credits that never expire."""
    books = Stored(database, drop=lambda: None)
    names = ["issued:acme", ANN]
    await books.open(names, ends_at={})
    await books.deed(Move(names[0], ANN, amount, PostingKind.ISSUE, given=NEVER), names=names, now=NOW)
    await books.book.__aexit__()
    return database


async def sheet(database: Database) -> dict[str, int]:
    """What ann has, and how many holds there are in each state; the books must agree with their postings."""
    async with database.snapshot() as connection:
        row = (await connection.execute(select(accounts).where(accounts.c.id == ANN))).one()
        states = (await connection.execute(select(holds.c.state))).scalars().all()
    assert (await verify(database)).drift == []
    left = {"spent": row.debits, "held": row.held, "available": row.credits - row.debits - row.held}
    return left | {f"{state} holds": states.count(state) for state in sorted(set(states))}
