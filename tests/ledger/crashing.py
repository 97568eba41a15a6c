"""Hot stores that fail at the n-th statement: the connection goes, or the whole process does."""

# ruff: noqa: ANN401 - the drivers' own signatures

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import URL

from core.storage.hot import Decide, Key
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Crash(Exception):
    """The process is dead; nothing answers until it is started again."""


class Fault(Enum):
    """What goes."""

    CONNECTION = auto()
    PROCESS = auto()


@dataclass
class Plan:
    """The next fault: before or after which statement, counted from now."""

    fault: Fault | None = None
    statements: int = 0
    is_after: bool = False
    is_dead: bool = False
    struck: int = 0

    def arrange(self, fault: Fault, *, statements: int, is_after: bool) -> None:
        self.fault, self.statements, self.is_after = fault, statements, is_after

    def clear(self) -> None:
        self.fault, self.is_dead = None, False

    def is_due(self, *, is_after: bool) -> bool:
        """Count a statement; whether the fault falls here."""
        if self.fault is None or is_after != self.is_after:
            return False
        self.statements -= 1
        return self.statements < 0

    def strike(self, lost: Exception) -> Exception:
        """The exception that the statement meets."""
        self.is_dead = self.fault is Fault.PROCESS
        self.fault = None
        self.struck += 1
        return Crash() if self.is_dead else lost


class CrashingPostgres(PostgresHotStore):
    """The real store on connections that obey a plan."""

    def __init__(self, url: URL, *, plan: Plan) -> None:
        super().__init__(url)
        self._plan = plan

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        if self._plan.is_dead:
            raise Crash
        await super().batch(decide, account_keys=account_keys, hold_keys=hold_keys)

    async def _connect(self) -> Connection:
        connection = await asyncpg.connect(self._dsn, connection_class=_PostgresConnection)
        connection.plan = self._plan
        return connection


class _PostgresConnection(asyncpg.Connection):
    plan: Plan

    async def execute(self, *arguments: Any, **options: Any) -> Any:
        self._fail(is_after=False)
        result = await super().execute(*arguments, **options)
        self._fail(is_after=True)
        return result

    async def fetch(self, *arguments: Any, **options: Any) -> Any:
        self._fail(is_after=False)
        result = await super().fetch(*arguments, **options)
        self._fail(is_after=True)
        return result

    async def copy_records_to_table(self, *arguments: Any, **options: Any) -> Any:
        self._fail(is_after=False)
        result = await super().copy_records_to_table(*arguments, **options)
        self._fail(is_after=True)
        return result

    def _fail(self, *, is_after: bool) -> None:
        if self.plan.is_due(is_after=is_after):
            self.terminate()
            raise self.plan.strike(asyncpg.exceptions.ConnectionDoesNotExistError("the connection was lost"))


class CrashingSqlite(SqliteHotStore):
    """The real store on a connection that obeys a plan; a dead process rolls back as SQLite does for it."""

    def __init__(self, path: str, writer: asyncio.Lock, *, plan: Plan) -> None:
        super().__init__(path, writer)
        self._plan = plan

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        if self._plan.is_dead:
            raise Crash
        await super().batch(decide, account_keys=account_keys, hold_keys=hold_keys)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, factory=_SqliteConnection)
        connection.plan = self._plan
        return connection


class _SqliteConnection(sqlite3.Connection):
    plan: Plan

    def execute(self, *arguments: Any) -> Any:
        self._fail(is_after=False)
        result = super().execute(*arguments)
        self._fail(is_after=True)
        return result

    def executemany(self, *arguments: Any) -> Any:
        self._fail(is_after=False)
        result = super().executemany(*arguments)
        self._fail(is_after=True)
        return result

    def _fail(self, *, is_after: bool) -> None:
        if self.plan.is_due(is_after=is_after):
            lost = sqlite3.OperationalError("disk I/O error")
            lost.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise self.plan.strike(lost)
