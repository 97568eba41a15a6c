"""Opening a database and its transactions; what Postgres and SQLite do differently is decided here."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.storage.sqlite_file import SqliteFile

if TYPE_CHECKING:
    from sqlalchemy import Connection

BUSY_TIMEOUT_MS: Final = 5_000
"""How long SQLite waits for another process's write transaction before it says busy."""

SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
)
"""WAL lets readers go on beside the writer; FULL makes a commit survive power loss (sqlite.org/pragma.html)."""


class Database:
    """One database, named by an SQLAlchemy URL (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`)."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url: Final = make_url(url)
        self.dialect: Final = self.url.get_backend_name()
        self.writer: Final = asyncio.Lock()
        """SQLite has one writer: a process's write transactions queue here, first come first served."""
        self.engine: Final = _sqlite(url) if self.is_sqlite else _postgres(url, pool_size)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.dialect == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end of the block, rolled back when it raises."""
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self.writer, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A read-only view of one moment (REPEATABLE READ; on SQLite a deferred transaction)."""
        async with self.engine.connect() as connection:
            reading = await connection.execution_options(**_SNAPSHOT[self.dialect])
            async with reading.begin():
                yield reading

    async def close(self) -> None:
        """Return all connections."""
        await self.engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


_SNAPSHOT: Final[dict[str, dict[str, Any]]] = {
    "sqlite": {"sqlite_begin": "BEGIN DEFERRED"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def _postgres(url: str, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=False,
        hide_parameters=True,  # the log of a defect says what was tried, not what people wrote
        connect_args={"timeout": 5, "server_settings": {"application_name": "alfred", "timezone": "UTC"}},
    )


def _sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    file = SqliteFile(str(engine.url.database))

    @event.listens_for(engine.sync_engine, "do_connect")
    def look(*_: object) -> None:
        if file.is_known:  # connecting would make a new one, with nothing in it
            file.check()
        # The driver's thread outlives a connection that cannot be made, and speaks to a loop that may be gone by then.
        sqlite3.connect(str(engine.url.database)).close()

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own type
        connection.isolation_level = None  # the driver begins nothing by itself; "begin" below does
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
        file.check()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        file.check()
        # A deferred transaction that reads and then writes can fail as busy despite the timeout.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine
