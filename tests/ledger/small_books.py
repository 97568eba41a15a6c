"""Small books that have met everything: grants, a gift of overdraft, holds of every ending, and what was owed.

Acme issued 1,000 credits, which last until the end of June. Of these alice got 600 until the end of April, bob 100 for
ever, carol 40 until the third of March, and dora 30 and later 100 more until the end of April. Calls may take bob 50
below zero. Dora's first call cost 70: she owed 40 and paid them out of her second grant.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import NEVER, Kind, Unit, account_id
from core.ledger.book import Book, Operation
from core.ledger.books import PostingKind
from core.ledger.ending import Ended, ExpireHold, ReleaseHold
from core.ledger.hold_ids import first_id_at
from core.ledger.holding import PlaceHold
from core.ledger.holds import Source
from core.ledger.locking import lock, open_account
from core.ledger.moving import Move, SetFloor
from core.ledger.settling import SettleHold
from core.storage.database import Database
from core.storage.hot import columns_of
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.tables import organizations, usage
from core.storage.transaction import Actor, Transaction

ACME: Final = "org_acme"
BERLIN: Final = ZoneInfo("Europe/Berlin")
MONDAY: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
THURSDAY: Final = MONDAY + timedelta(days=3)
APRIL, JUNE = date(2026, 4, 30), date(2026, 6, 30)
SETTLED, RELEASED, LATE, OVERRUN, OPEN, BELOW_ZERO, OWED = (f"{first_id_at(MONDAY)}{number:016}" for number in range(7))
QUARTER: Final = timedelta(minutes=15)

BUDGET, ISSUED, ALLOTTED = (account_id(kind, ACME) for kind in (Kind.BUDGET, Kind.ISSUED, Kind.ALLOTTED))
ALICE, BOB, CAROL, DORA = (account_id(Kind.PERSONAL, who) for who in ("alice", "bob", "carol", "dora"))
RATE: Final = account_id(Kind.ALLOWANCE, "alice")


async def keep_small_books(database: Database) -> None:
    """Write them into a migrated, empty database."""
    await _open_and_fund(database)
    store = (
        SqliteHotStore(str(database.url.database), database.writer)
        if database.is_sqlite
        else PostgresHotStore(database.url)
    )
    async with Book(store) as book:
        await _use(_Caller(book))
    async with database.begin() as connection:
        await _move(_transaction(connection, "op_later"), grant(DORA, 100, until=APRIL))


async def _open_and_fund(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(organizations).values(**_ACME_ROW))
        tx = _transaction(connection, "op_first")
        await open_account(tx, Kind.ISSUED, owner_id=ACME)
        await open_account(tx, Kind.BUDGET, owner_id=ACME)
        for who in ("alice", "bob", "carol", "dora"):
            await open_account(tx, Kind.PERSONAL, owner_id=who)
        await open_account(tx, Kind.ALLOTTED, owner_id=ACME, unit=Unit.ALLOWANCE)
        await open_account(tx, Kind.ALLOWANCE, owner_id="alice", unit=Unit.ALLOWANCE)
        await _move(
            tx,
            Move(ISSUED, BUDGET, 1_000, PostingKind.ISSUE, given=JUNE),
            grant(ALICE, 600, until=APRIL),
            grant(BOB, 100, until=NEVER),
            grant(CAROL, 40, until=date(2026, 3, 3)),
            grant(DORA, 30, until=APRIL),
            Move(ALLOTTED, RATE, 500, PostingKind.ALLOT, given=NEVER),
            SetFloor(BOB, -50),
        )


def grant(account: str, amount: int, *, until: date) -> Move:
    """From the budget, with a date of its own."""
    return Move(BUDGET, account, amount, PostingKind.GRANT, given=until)


async def _move(tx: Transaction, *moves: Move | SetFloor) -> None:
    locked = await lock(tx, [BUDGET, ISSUED, ALLOTTED, RATE, ALICE, BOB, CAROL, DORA])
    for move in moves:
        move.apply(locked.books, locked.entry)
    await locked.write()


def _transaction(connection: AsyncConnection, operation_id: str) -> Transaction:
    return Transaction(
        connection, ACME, Actor.system("test"), "cmd", now=MONDAY, zone=BERLIN, new_id=lambda _: operation_id
    )


class _Caller:
    """Places and ends holds in few words."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def holds(self, hold_id: str, amount: int, account: str, *, allowance: str | None = None) -> None:
        await self._book.submit(
            PlaceHold(
                organization_id=ACME,
                hold_id=hold_id,
                amount=amount,
                sources=(Source(account, allowance),),
                contents=f"{hold_id} {amount}",
                now=MONDAY,
                today=_day(MONDAY),
                expires_at=MONDAY + QUARTER,
            )
        )

    async def settles(self, hold_id: str, actual: int, account: str, *, at: datetime = MONDAY) -> None:
        sources = (Source(account),)
        settling = SettleHold(ACME, hold_id, actual, sources, account, at, _day(at), (account,))
        await self._book.submit(settling, lambda ended: [(usage, _usage_row(ended, at))])

    async def ends(self, operation: Operation[Ended]) -> None:
        await self._book.submit(operation)


async def _use(caller: _Caller) -> None:
    await caller.holds(SETTLED, 300, ALICE, allowance=RATE)
    await caller.settles(SETTLED, 120, ALICE)
    await caller.holds(RELEASED, 10, ALICE)
    await caller.ends(ReleaseHold(ACME, RELEASED, MONDAY, _day(MONDAY)))
    await caller.holds(LATE, 40, CAROL)
    await caller.ends(ExpireHold(ACME, LATE, THURSDAY, _day(THURSDAY)))
    await caller.settles(LATE, 30, CAROL, at=THURSDAY)
    await caller.holds(OVERRUN, 50, BOB)
    await caller.settles(OVERRUN, 80, BOB)
    await caller.holds(OPEN, 100, ALICE, allowance=RATE)
    await caller.holds(BELOW_ZERO, 60, BOB)
    await caller.holds(OWED, 30, DORA)
    await caller.settles(OWED, 70, DORA)


def _day(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


def _usage_row(ended: Ended, at: datetime) -> tuple[Any, ...]:
    row = _CALL | {
        "id": ended.hold_id,
        "credits": ended.ending.settled,
        "overrun": ended.ending.overrun,
        "is_late": ended.ending.is_late,
        "at": at,
    }
    return tuple(row[name] for name in columns_of(usage))


_ACME_ROW: Final = {
    "organization_id": ACME,
    "name": "Acme",
    "time_zone": "Europe/Berlin",
    "metering": "tokens",
    "custom_units": {},
    "email_domains": [],
    "created_at": MONDAY,
}

_CALL: Final[dict[str, Any]] = dict.fromkeys(columns_of(usage)) | {
    "organization_id": ACME,
    "user_id": "somebody",
    "environment": "default",
    "provider": "sandbox",
    "model": "small",
    "endpoint": "chat/completions",
    "status": "ok",
    "input_tokens": 1,
    "cached_tokens": 0,
    "output_tokens": 1,
    "reasoning_tokens": 0,
    "sources": "{}",
    "is_estimated": False,
    "latency_ms": 1,
    "tags": "{}",
}
