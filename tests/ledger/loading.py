"""A process of its own that calls the ledger: `python -m tests.ledger.loading URL JOB FIRST COUNT`.

It prints a line for each answer as soon as it has it, so that whoever kills it knows what it had been told.
"""

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.ledger.book import Book
from core.ledger.ending import Ended
from core.ledger.hold_ids import first_id_at
from core.ledger.holding import PlaceHold
from core.ledger.holds import Source
from core.ledger.settling import SettleHold
from core.refusals import Refused
from core.storage.database import Database
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.tables import usage
from tests.ledger.backends import ORG, usage_row

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN: Final = "personal:ann"
TTL: Final = timedelta(minutes=15)


def book_of(database: Database) -> Book:
    """The book on the real store of a database."""
    if database.is_sqlite:
        return Book(SqliteHotStore(str(database.url.database), database.writer))
    return Book(PostgresHotStore(database.url))


def hold_id(number: int) -> str:
    """The id of the hold with this number."""
    return f"{first_id_at(NOW)}{number:016}"


def place(number: int, *, amount: int = 1) -> PlaceHold:
    """A hold on ann's credits."""
    return PlaceHold(ORG, hold_id(number), amount, (Source(ANN),), str(amount), NOW, NOW.date(), NOW + TTL)


def settle(number: int, *, actual: int = 1) -> SettleHold:
    """Its end."""
    return SettleHold(ORG, hold_id(number), actual, (Source(ANN),), ANN, NOW, NOW.date(), (ANN,))


def record(ended: Ended) -> Iterable[tuple[Any, Any]]:
    """The usage row that is committed with a settlement."""
    return [(usage, usage_row(ended.hold_id, credits=ended.ending.settled, at=NOW))]


async def hold_all(book: Book, numbers: Iterable[int]) -> int:
    """Place all holds at once; return how many were admitted."""

    async def admitted(number: int) -> bool:
        try:
            await book.submit(place(number))
        except Refused:
            return False
        return True

    return sum(await asyncio.gather(*map(admitted, numbers)))


async def hold_and_settle(book: Book, numbers: Iterable[int]) -> None:
    """Eight callers, each holding and settling one after the other, for ever; say what was answered."""

    async def caller(offset: int) -> None:
        for number in list(numbers)[offset::8]:
            await book.submit(place(number, amount=2))
            _say("held", number)
            await book.submit(settle(number), record)
            _say("settled", number)

    await asyncio.gather(*map(caller, range(8)))


def _say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201  the parent process reads it


async def main(url: str, job: str, numbers: range) -> None:
    """Do one job in this process."""
    async with Database(url) as database, book_of(database) as book:
        if job == "hold":
            _say("ready")
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
            _say(await hold_all(book, numbers))
        else:
            await hold_and_settle(book, numbers)


if __name__ == "__main__":
    _, url_, job_, first, count = sys.argv
    asyncio.run(main(url_, job_, range(int(first), int(first) + int(count))))
