"""Where the state machine keeps its books: in memory, in SQLite, in Postgres, each behind the same few verbs."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import Account, Kind, Unit, expired_of, kind_of, owner_of, spent_of
from core.ledger.book import Book
from core.ledger.books import Books, Entry
from core.ledger.holds import Hold
from core.ledger.locking import lock, open_account
from core.ledger.rows import account_from, account_state, hold_from
from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.hot import (
    ACCOUNT_COLUMNS,
    HOLD_COLUMNS,
    HOLD_END_COLUMNS,
    STATE_COLUMNS,
    Changes,
    Decide,
    HotStore,
    Key,
    Row,
    columns_of,
)
from core.storage.tables import accounts, holds, organizations, postings, usage
from core.storage.transaction import Actor, Transaction
from tests.ledger.crashing import CrashingPostgres, CrashingSqlite, Plan

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

ORG = "org_acme"


@dataclass
class Stocktake:
    """Everything that is stored, read back."""

    accounts: dict[str, Account]
    holds: dict[str, Hold]
    postings: list[Row]
    usage_ids: list[str]


class Moves(Protocol[R_co]):
    """An operation of a deed."""

    def apply(self, books: Books, entry: Entry) -> R_co: ...


class Backend(Protocol):
    """Books that a test can drive."""

    book: Book
    plan: Plan

    async def open(self, names: Iterable[str], *, ends_at: dict[str, datetime]) -> None: ...
    async def restart(self) -> None: ...
    async def deed(self, operation: Moves[R], *, names: Sequence[str], now: datetime) -> R: ...
    async def read(self) -> Stocktake: ...
    async def close(self) -> None: ...


async def no_pause(_seconds: float) -> None:
    """Between two tries."""


# --------------------------------------------------------------------------- memory


class MemoryStore:
    """Tables as dicts of rows, in the form the ledger writes them."""

    writers = 1

    def __init__(self) -> None:
        self.accounts: dict[Key, dict[str, Any]] = {}
        self.holds: dict[Key, dict[str, Any]] = {}
        self.postings: list[Row] = []
        self.usage: list[Row] = []

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        await asyncio.sleep(0)
        found = [tuple(self.accounts[key].values()) for key in account_keys if key in self.accounts]
        self.write(decide(found, [tuple(self.holds[key].values()) for key in hold_keys if key in self.holds]))

    async def close(self) -> None: ...

    def write(self, changes: Changes) -> None:
        for row in changes.accounts:
            self.accounts[row[0], row[1]] |= dict(zip(STATE_COLUMNS, row, strict=True))
        for row in changes.ended_holds:
            self.holds[row[0], row[1]] |= dict(zip(HOLD_END_COLUMNS, row, strict=True))
        for row in changes.inserts.get(holds, []):
            assert (row[0], row[1]) not in self.holds
            self.holds[row[0], row[1]] = dict(zip(HOLD_COLUMNS, row, strict=True))
        self.postings += changes.inserts.get(postings, [])
        self.usage += changes.inserts.get(usage, [])


class Memory:
    """No database: the machine and the book alone."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.plan = Plan()
        self.operations = 0

    async def open(self, names: Iterable[str], *, ends_at: dict[str, datetime]) -> None:
        for name in names:
            self._add(name, unit=_unit(name), ends_at=ends_at.get(name))
            for sink in (spent_of(name), expired_of(name)):
                self._add(sink, unit=_unit(name), ends_at=None)
        await self.restart()

    def _add(self, name: str, *, unit: Unit, ends_at: datetime | None) -> None:
        account = Account(ORG, name, kind_of(name), unit, ends_at=ends_at)
        state = dict(zip(STATE_COLUMNS, account_state(account), strict=True))
        row = {"kind": account.kind.value, "unit": unit.value, "owner_id": owner_of(name), "ends_at": ends_at} | state
        self.store.accounts.setdefault((ORG, name), {column: row[column] for column in ACCOUNT_COLUMNS})

    async def restart(self) -> None:
        self.book = await Book(self.store, pause=no_pause).__aenter__()

    async def deed(self, operation: Moves[R], *, names: Sequence[str], now: datetime) -> R:
        self.operations += 1
        found = [account_from(tuple(row.values())) for row in self.store.accounts.values()]
        books = Books({account.id: account for account in found})
        entry = Entry(ORG, f"op_{self.operations}", "system:test", now, now.date())
        result = operation.apply(books, entry)
        changed = [account_state(account) for account in books.changed.values()]
        self.store.write(Changes(changed, [], {postings: list(books.postings)}))
        return result

    async def read(self) -> Stocktake:
        found = [account_from(tuple(row.values())) for row in self.store.accounts.values()]
        known = [hold_from(tuple(row.values())) for row in self.store.holds.values()]
        return Stocktake(
            {account.id: account for account in found},
            {hold.id: hold for hold in known},
            self.store.postings,
            [row[1] for row in self.store.usage],
        )

    async def close(self) -> None:
        await self.book.__aexit__()


# --------------------------------------------------------------------------- databases


class Stored:
    """A real database, with a store that crashes where it is told to."""

    def __init__(self, database: Database, *, drop: Callable[[], None]) -> None:
        self._drop = drop
        self.database = database
        self.plan = Plan()
        self.operations = 0

    async def open(self, names: Iterable[str], *, ends_at: dict[str, datetime]) -> None:
        async with self.database.begin() as connection:
            await connection.execute(insert(organizations).values(**_ACME))
            tx = self._transaction(connection, datetime(2026, 1, 1, tzinfo=UTC))
            for name in names:
                kind, unit = kind_of(name), _unit(name)
                await open_account(tx, kind, owner_id=owner_of(name), unit=unit, ends_at=ends_at.get(name))
        await self.restart()

    async def restart(self) -> None:
        self.book = await Book(self._store(), pause=no_pause).__aenter__()

    def _store(self) -> HotStore:
        if self.database.is_sqlite:
            return CrashingSqlite(str(self.database.url.database), self.database.writer, plan=self.plan)
        return CrashingPostgres(self.database.url, plan=self.plan)

    async def deed(self, operation: Moves[R], *, names: Sequence[str], now: datetime) -> R:
        async with self.database.begin() as connection:
            locked = await lock(self._transaction(connection, now), names)
            result = operation.apply(locked.books, locked.entry)
            await locked.write()
        return result

    def _transaction(self, connection: AsyncConnection, now: datetime) -> Transaction:
        return Transaction(connection, ORG, Actor.system("test"), "cmd", now, ZoneInfo("UTC"), new_id=self._new_id)

    def _new_id(self, prefix: str) -> str:
        self.operations += 1
        return f"{prefix}_{self.operations}"

    async def read(self) -> Stocktake:
        async with self.database.snapshot() as connection:
            found = await connection.execute(select(*[accounts.c[name] for name in ACCOUNT_COLUMNS]))
            known = await connection.execute(select(*[holds.c[name] for name in HOLD_COLUMNS]))
            moved = await connection.execute(select(postings).order_by(postings.c.at))
            used = await connection.execute(select(usage.c.id))
            return Stocktake(
                {account.id: account for account in map(account_from, found)},
                {hold.id: hold for hold in map(hold_from, known)},
                [tuple(row) for row in moved],
                list(used.scalars()),
            )

    async def drift(self) -> list[Any]:
        return list((await verify(self.database)).drift)

    async def close(self) -> None:
        await self.book.__aexit__()
        await self.database.close()
        self._drop()


def usage_row(hold_id: str, *, credits: int, at: datetime) -> Row:
    """The record of a call that is committed with its settlement."""
    row: dict[str, Any] = dict.fromkeys(columns_of(usage), "") | dict.fromkeys(
        ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "overrun", "latency_ms"), 0
    )
    row |= {"organization_id": ORG, "id": hold_id, "credits": credits, "at": at, "sources": "{}", "tags": "{}"}
    row |= {"cost_usd": None, "first_byte_ms": None, "is_late": False, "is_estimated": False}
    return tuple(row[name] for name in columns_of(usage))


def _unit(name: str) -> Unit:
    return Unit.ALLOWANCE if kind_of(name) in {Kind.ALLOWANCE, Kind.ALLOTTED} else Unit.CREDITS


_ACME: Final[dict[str, Any]] = {
    "organization_id": ORG,
    "name": "Acme",
    "time_zone": "UTC",
    "metering": "tokens",
    "credits_per_usd": None,
    "custom_units": {},
    "email_domains": [],
    "created_at": datetime(2026, 1, 1, tzinfo=UTC),
}
