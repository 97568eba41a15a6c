"""Old rows of holds go, in bounded batches, and never one that an id could still ask for."""

from datetime import timedelta

from sqlalchemy import select

from core.ledger.accounts import NEVER
from core.ledger.books import PostingKind
from core.ledger.hold_ids import HOLD_LIFE
from core.ledger.moving import Move
from core.ledger.prune import CLOCKS_DIFFER, prune
from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.tables import holds
from tests.ledger.backends import Stored
from tests.ledger.loading import ANN, NOW, book_of, hold_id, place, record, settle


async def test_holds_that_ended_are_pruned_after_their_ids_are_refused(database: Database) -> None:
    books = Stored(database, drop=lambda: None)
    await books.open(["issued:acme", ANN], ends_at={})
    await books.book.__aexit__()
    gift = Move("issued:acme", ANN, 50, PostingKind.ISSUE, given=NEVER)
    await books.deed(gift, names=["issued:acme", ANN], now=NOW)
    async with book_of(database) as book:
        for number in range(5):
            await book.submit(place(number))
        for number in range(4):
            await book.submit(settle(number), record)
    day_of_grace = NOW + HOLD_LIFE + CLOCKS_DIFFER
    assert await prune(database, now=day_of_grace) == 0
    after = day_of_grace + timedelta(milliseconds=1)
    assert [await prune(database, now=after, limit=3) for _ in range(3)] == [3, 1, 0]
    async with database.snapshot() as connection:
        left = (await connection.execute(select(holds.c.id))).scalars().all()
    assert left == [hold_id(4)], "an open hold waits for the sweeper"
    assert (await verify(database)).drift == []
