"""What is measured: a call (hold, then settle with its usage row), the bare debit, and one transaction per debit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import asyncpg
from sqlalchemy import Table
from typeid import TypeID

from bench.ledger.books import NOW, ORG, PEOPLE, TODAY, TTL, book_of, personal
from core.ledger.accounts import spent_of
from core.ledger.book import Book
from core.ledger.books import Books, Entry, PostingKind
from core.ledger.ending import Ended
from core.ledger.holding import PlaceHold
from core.ledger.holds import Source
from core.ledger.settling import SettleHold
from core.storage.database import Database
from core.storage.hot import Row
from core.storage.tables import usage

POOL_SIZE: Final = 16
ESTIMATE: Final = 1_000
ACTUAL: Final = 600


@dataclass
class Timed:
    """Seconds of every hold and of every operation."""

    holds: list[float] = field(default_factory=list)
    all: list[float] = field(default_factory=list)


Step = Callable[[int, Timed], Awaitable[None]]
"""One unit of work for the person with this number."""


async def drive(step: Step, *, callers: int, people: int, seconds: float) -> tuple[float, Timed]:
    """Run callers for a while; return operations per second and the times."""
    times, numbers = Timed(), count()
    end = time.perf_counter() + seconds

    async def caller() -> None:
        while time.perf_counter() < end:
            await step(next(numbers) * 7 % people, times)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return len(times.all) / (time.perf_counter() - began), times


async def calls(database: Database, *, callers: int, people: int, seconds: float) -> tuple[float, Timed]:
    """Hold and settle with everything they write."""
    async with book_of(database) as book:
        return await drive(_Calls(book).step, callers=callers, people=people, seconds=seconds)


class _Calls:
    def __init__(self, book: Book) -> None:
        self._book: Final = book

    async def step(self, number: int, times: Timed) -> None:
        hold_id, account = str(TypeID("hold")), personal(number)
        sources, began = (Source(account),), time.perf_counter()
        place = PlaceHold(ORG, hold_id, ESTIMATE, sources, f"usr_{number} 1000 -", NOW, TODAY, NOW + TTL)
        await self._book.submit(place)
        held = time.perf_counter()
        settle = SettleHold(ORG, hold_id, ACTUAL, (), account, NOW, TODAY, (account,))
        await self._book.submit(settle, _usage)
        times.holds.append(held - began)
        times.all += (held - began, time.perf_counter() - held)


def _usage(ended: Ended) -> Iterable[tuple[Table, Row]]:
    """A usage row in the table's column order, as the proxy writes it."""
    called = ("openai", "gpt-5-mini", "chat.completions", "ok", 420, 0, 180, 0, ended.ending.settled, None)
    billed = ('{"personal":600}', ended.ending.overrun, ended.ending.is_late, False, 812, 140, "{}", NOW)
    people = ("usr_1", "key_1", "team_1", "dep_1", None, "live")
    return ((usage, (ORG, ended.hold_id, *people, *called, *billed)),)


@dataclass(frozen=True)
class _Debited:
    is_replay: bool = False


@dataclass(frozen=True)
class _Debit:
    """Spend at once, without a hold: what the book itself costs."""

    organization_id: str
    hold_id: str
    account: str

    def wants(self) -> list[str]:
        return [self.account, spent_of(self.account)]

    def apply(self, books: Books) -> _Debited:
        account, sink = books.account(self.account), books.account(spent_of(self.account))
        entry = Entry(self.organization_id, self.hold_id, "system", NOW, TODAY)
        for piece in account.choose(ACTUAL, not_before=TODAY):
            books.pay(entry, PostingKind.SPEND, debit=account, credit=sink, piece=piece)
        return _Debited()


async def debits(database: Database, *, callers: int, people: int, seconds: float) -> tuple[float, Timed]:
    """The bare debit through the same book: one posting, two accounts."""
    async with book_of(database) as book:

        async def step(number: int, times: Timed) -> None:
            began = time.perf_counter()
            await book.submit(_Debit(ORG, str(TypeID("hold")), personal(number)))
            times.all.append(time.perf_counter() - began)

        return await drive(step, callers=callers, people=people, seconds=seconds)


async def single(database: Database, *, callers: int, people: int, seconds: float) -> tuple[float, Timed]:
    """The same debit as most services do it: one transaction each, through an asyncpg pool."""
    dsn = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with asyncpg.create_pool(dsn, min_size=POOL_SIZE, max_size=POOL_SIZE) as pool:

        async def step(number: int, times: Timed) -> None:
            began = time.perf_counter()
            async with pool.acquire() as connection, connection.transaction():
                await _debit(connection, number)
            times.all.append(time.perf_counter() - began)

        return await drive(step, callers=callers, people=people, seconds=seconds)


async def _debit(connection: Any, number: int) -> None:  # noqa: ANN401  the pool's own wrapper
    account, sink = personal(number), spent_of(personal(number))
    changed = "UPDATE accounts SET {0} = {0} + $3, version = version + 1 WHERE organization_id = $1 AND id = $2"
    guard = " AND credits - debits - held >= $3"
    done = await connection.execute(changed.format("debits") + guard, ORG, account, ACTUAL)
    assert done == "UPDATE 1", done
    await connection.execute(changed.format("credits"), ORG, sink, ACTUAL)
    posting = (ORG, str(TypeID("op")), 0, account, sink, ACTUAL, "spend", TODAY, TODAY, "system", NOW)
    await connection.execute("INSERT INTO postings VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)", *posting)


WORKS: Final = {"hold+settle": calls, "bare debit": debits, "one transaction each": single}
HOT: Final = 1
SPREAD: Final = PEOPLE
