"""The hot statements on SQLite: one whole batch is one visit to a writer thread, so that the event loop never waits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import Table

from core.storage.database import BUSY_TIMEOUT_MS, SQLITE_PRAGMAS
from core.storage.hot import ACCOUNT_COLUMNS, HOLD_COLUMNS, HOLD_END_COLUMNS, STATE_COLUMNS, Changes, Decide, Key, Row
from core.storage.sqlite_file import SqliteFile
from core.storage.tables import accounts, holds


class SqliteHotStore:
    """One connection in one thread. `writer` is the lock at which all write transactions of the process queue."""

    writers: Final = 1

    def __init__(self, path: str, writer: asyncio.Lock) -> None:
        self._path: Final = path
        self._file: Final = SqliteFile(path)
        self._writer: Final = writer
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alfred-book")
        self._connection: sqlite3.Connection | None = None

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        """Lock, read, decide, write, commit."""
        loop = asyncio.get_running_loop()
        async with self._writer:
            work = loop.run_in_executor(
                self._thread, lambda: self._run(decide, account_keys=account_keys, hold_keys=hold_keys)
            )
            await asyncio.shield(work)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _run(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        self._file.check()
        try:
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            found = [row for key in account_keys for row in connection.execute(_SELECT_ACCOUNT, key)]
            known = [row for key in hold_keys for row in connection.execute(_SELECT_HOLD, key)]
            _write(connection, decide(found, known))
            connection.execute("COMMIT")
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Roll back and begin the next batch on a connection of its own.

        This one may lack its pragmas, or read what is past by now: a cursor that lives on in a traceback keeps its
        view, and BEGIN IMMEDIATE then says busy at once.
        """
        try:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        finally:
            self._disconnect()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
            for pragma in SQLITE_PRAGMAS:
                self._connection.execute(pragma)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _write(connection: sqlite3.Connection, changes: Changes) -> None:
    if changes.accounts:
        connection.executemany(_update_sql(accounts, tuple(STATE_COLUMNS)), map(_update_row, changes.accounts))
    if changes.ended_holds:
        connection.executemany(_update_sql(holds, tuple(HOLD_END_COLUMNS)), map(_update_row, changes.ended_holds))
    for table, rows in changes.inserts.items():
        connection.executemany(_insert_sql(table), ([_value(value) for value in row] for row in rows))


def _update_row(row: Row) -> list[Any]:
    return [*(_value(value) for value in row[2:]), row[0], row[1]]


def _value(value: object) -> object:
    """A value as SQLAlchemy's SQLite dialect writes it, so that both paths read each other's rows."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


_SELECT_ACCOUNT: Final = f"SELECT {', '.join(ACCOUNT_COLUMNS)} FROM accounts WHERE organization_id = ? AND id = ?"  # noqa: S608
_SELECT_HOLD: Final = f"SELECT {', '.join(HOLD_COLUMNS)} FROM holds WHERE organization_id = ? AND id = ?"  # noqa: S608


@cache
def _insert_sql(table: Table) -> str:
    names = [f'"{column.name}"' for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608


@cache
def _update_sql(table: Table, names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = ?" for name in names[2:])
    return f"UPDATE {table.name} SET {sets} WHERE organization_id = ? AND id = ?"  # noqa: S608
