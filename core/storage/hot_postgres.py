"""The hot statements on Postgres: whole columns as arrays, one statement per table, raw asyncpg."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, Table
from sqlalchemy.dialects import postgresql

from core.storage.hot import ACCOUNT_COLUMNS, HOLD_COLUMNS, HOLD_END_COLUMNS, STATE_COLUMNS, Changes, Decide, Key, Row
from core.storage.tables import accounts, holds

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]

_SETTINGS: Final = {
    "application_name": "alfred-book",
    "timezone": "UTC",
    # Every statement here goes by primary key; a planner without fresh statistics must not scan instead.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}

_LOCK_ACCOUNTS: Final = f"""
SELECT {", ".join(ACCOUNT_COLUMNS)} FROM accounts
WHERE (organization_id, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY organization_id, id FOR UPDATE"""  # noqa: S608  column names only

_READ_HOLDS: Final = f"""
SELECT {", ".join(HOLD_COLUMNS)} FROM holds
WHERE (organization_id, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))"""  # noqa: S608


class PostgresHotStore:
    """One connection for one writer; a broken one is replaced at the next batch."""

    def __init__(self, url: URL) -> None:
        self._dsn: Final = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        """Lock, read, decide, write, commit."""
        connection = await self._connected()
        async with connection.transaction():
            found = await connection.fetch(_LOCK_ACCOUNTS, *_keys(account_keys)) if account_keys else []
            known = await connection.fetch(_READ_HOLDS, *_keys(hold_keys)) if hold_keys else []
            changes = decide([tuple(row) for row in found], [tuple(row) for row in known])
            await _write(connection, changes)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close(timeout=5)
            self._connection = None

    async def _connected(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._dsn, timeout=5, server_settings=_SETTINGS)
        return self._connection


async def _write(connection: asyncpg.Connection[asyncpg.Record], changes: Changes) -> None:
    if changes.accounts:
        await connection.execute(_update_sql(accounts, tuple(STATE_COLUMNS)), *_columns(changes.accounts))
    if changes.ended_holds:
        await connection.execute(_update_sql(holds, tuple(HOLD_END_COLUMNS)), *_columns(changes.ended_holds))
    for table, rows in changes.inserts.items():
        await connection.execute(_insert_sql(table), *_columns(rows))


def _columns(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def _keys(keys: Sequence[Key]) -> tuple[list[str], list[str]]:
    return [key[0] for key in keys], [key[1] for key in keys]


@cache
def _insert_sql(table: Table) -> str:
    names = [column.name for column in table.columns]
    arrays = ", ".join(f"${number}::{_type(table, name)}[]" for number, name in enumerate(names, 1))
    return f"INSERT INTO {table.name} ({', '.join(map(_quoted, names))}) SELECT * FROM unnest({arrays})"  # noqa: S608


@cache
def _update_sql(table: Table, names: tuple[str, ...]) -> str:
    arrays = ", ".join(f"${number}::{_type(table, name)}[]" for number, name in enumerate(names, 1))
    sets = ", ".join(f"{name} = n.{name}" for name in names[2:])
    return (
        f"UPDATE {table.name} t SET {sets} FROM unnest({arrays}) AS n({', '.join(names)})"  # noqa: S608
        " WHERE t.organization_id = n.organization_id AND t.id = n.id"
    )


def _type(table: Table, name: str) -> str:
    return table.c[name].type.compile(dialect=_DIALECT).partition("(")[0]


def _quoted(name: str) -> str:
    return f'"{name}"'
