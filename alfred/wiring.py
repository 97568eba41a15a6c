"""The composition root: settings become a working house, opened and closed in one place."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import make_url

from alfred.clocks import WallClock, following
from alfred.ids import EngineIds
from alfred.settings import Settings
from alfred.stop import Exit, Stop
from bot.commands.office import Office
from core.audit.sealer import Sealer
from core.audit.seals import Signer
from core.directory.identities import Identities
from core.directory.principals import Principals
from core.engine import Engine
from core.ledger.book import Book
from core.spending.spending import Spending
from core.storage import migrate
from core.storage.database import Database
from core.storage.hot import HotStore
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.transaction import Clock

KEY_PEPPER: Final = "api-keys"
"""The purpose of the derived key under which the digests of API keys are made."""
AUDIT_HEADS: Final = "audit-heads"
"""The purpose of the derived key that signs the heads of the audit trail (Ed25519)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What front ends and jobs work with; open while its context manager is."""

    settings: Settings
    database: Database
    clock: Clock
    engine: Engine
    book: Book
    spending: Spending
    principals: Principals
    sealer: Sealer


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The configured database, whatever is in it. Raises Stop when it is a file that cannot be opened."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        _try_file(str(url.database))
    async with Database(settings.database_url) as database:
        yield database


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[House]:
    """Everything on the configured database. `clock` is by default the database's own engine clock.

    Raises Stop when the database has not the tables of this version, StorageUnavailable when it is away.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        await require_current(database)
        if clock is None:
            clock = await stack.enter_async_context(following(database, WallClock()))
        yield await stack.enter_async_context(_furnished(settings, database, clock=clock))


@asynccontextmanager
async def _furnished(settings: Settings, database: Database, *, clock: Clock) -> AsyncIterator[House]:
    engine = Engine(database, clock=clock, new_id=EngineIds(clock))
    async with Book(_hot_store(database)) as book:
        spending = Spending(
            database,
            book,
            run=engine.run,
            pause=asyncio.sleep,
            clock=clock,
            monotonic=time.monotonic,
            new_id=engine.new_id,
            ttl=timedelta(seconds=settings.hold_ttl_seconds),
        )
        principals = Principals(database, settings.derived_key(KEY_PEPPER), monotonic=time.monotonic)
        yield House(
            settings=settings,
            database=database,
            clock=clock,
            engine=engine,
            book=book,
            spending=spending,
            principals=principals,
            sealer=Sealer(database, audit_signer(settings)),
        )


def _try_file(path: str) -> None:
    """Say in words what the pool's threads would say in tracebacks."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise Stop(f"The database {path} cannot be opened: {error}.", code=Exit.UNREACHABLE) from error
    except sqlite3.DatabaseError as error:
        raise Stop(f"{path} is no database of Alfred's: {error}.", code=Exit.UNREACHABLE) from error


def office_of(house: House) -> Office:
    """What the bot answers with."""
    return Office(
        engine=house.engine,
        identities=Identities(house.database),
        random_bytes=secrets.token_bytes,
        pepper=house.settings.derived_key(KEY_PEPPER),
    )


def audit_signer(settings: Settings) -> Signer:
    """What signs the heads of the audit trail. Another secret key signs with another key."""
    return Signer(settings.derived_key(AUDIT_HEADS))


async def require_current(database: Database) -> None:
    """Raise Stop unless the migrations of this version have run."""
    at = await migrate.revision(database)
    _require_known(at)
    if at.current != at.head:
        state = "has no tables yet" if at.current is None else f"is at revision {at.current}, not {at.head}"
        raise Stop(f"The database {state}: run `alfred admin db upgrade`.", code=Exit.USAGE)


async def upgrade_tables(database: Database) -> None:
    """Bring the tables to this version. Raises Stop where a newer one has been."""
    _require_known(await migrate.revision(database))
    await migrate.upgrade(database)


def _require_known(at: migrate.Revision) -> None:
    """What a newer version changed cannot be changed back."""
    if at.current is not None and at.current > at.head:
        state = f"is at revision {at.current}, and this version knows no further than {at.head}"
        raise Stop(f"The database {state}: start the newer version, or put a copy in its place.", code=Exit.USAGE)


def _hot_store(database: Database) -> HotStore:
    if database.is_sqlite:
        assert database.url.database is not None, "the settings name a file"
        return SqliteHotStore(database.url.database, database.writer)
    return PostgresHotStore(database.url)
