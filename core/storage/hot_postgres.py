"""The hot statements on Postgres: one round trip per table and direction, raw asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Final, cast

import asyncpg
from sqlalchemy import URL, Table

from core.storage.hot import (
    ACCOUNT_COLUMNS,
    HOLD_COLUMNS,
    HOLD_END_COLUMNS,
    STATE_COLUMNS,
    Changes,
    Decide,
    Key,
    Row,
    columns_of,
)
from core.storage.tables import accounts, holds

LONGEST_STATEMENT_SECONDS: Final = 20.0
"""A statement that takes longer is on a connection that is dead without saying so, or behind a lock that is."""

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

# The keys come first and look up row by row, whatever a planner thinks of the tables' sizes. The server sorts them:
# deeds lock in its order of ids, which is the database's collation and may not be Python's.
_LOCK_ACCOUNTS: Final = f"""
SELECT row.* FROM (
    SELECT * FROM unnest($1::text[], $2::text[]) AS key (organization_id, id) ORDER BY organization_id, id
) AS key CROSS JOIN LATERAL (
    SELECT {", ".join(ACCOUNT_COLUMNS)} FROM accounts
    WHERE organization_id = key.organization_id AND id = key.id FOR UPDATE
) AS row"""  # noqa: S608  column names only

_READ_HOLDS: Final = f"""
SELECT row.* FROM unnest($1::text[], $2::text[]) AS key (organization_id, id) CROSS JOIN LATERAL (
    SELECT {", ".join(HOLD_COLUMNS)} FROM holds
    WHERE organization_id = key.organization_id AND id = key.id OFFSET 0
) AS row"""  # noqa: S608


class PostgresHotStore:
    """One connection for each of `writers`; a broken one is replaced at the next batch.

    Two writers overlap: one is decided while the other waits for the disk. Row locks keep them apart.
    """

    def __init__(self, url: URL, *, writers: int = 2) -> None:
        self._dsn: Final = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._idle: Final[list[asyncpg.Connection[asyncpg.Record]]] = []
        self.writers: Final = writers

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        """Lock, read, decide, write, commit."""
        connection = self._idle.pop() if self._idle else await self._connect()
        try:
            async with connection.transaction():
                found = await _fetch(connection, _LOCK_ACCOUNTS, keys=account_keys)
                known = await _fetch(connection, _READ_HOLDS, keys=hold_keys)
                await _write(connection, decide(found, known))
        except (OSError, asyncpg.InterfaceError, asyncio.CancelledError):
            connection.terminate()  # what it is in the middle of is not known
            raise
        finally:
            if not connection.is_closed():
                self._idle.append(connection)

    async def close(self) -> None:
        """Close the connections."""
        while self._idle:
            await self._idle.pop().close(timeout=5)

    async def _connect(self) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(
            self._dsn, timeout=5, command_timeout=LONGEST_STATEMENT_SECONDS, server_settings=_SETTINGS
        )


async def _write(connection: asyncpg.Connection[asyncpg.Record], changes: Changes) -> None:
    # Row by row by primary key, all sent at once: a plan for many rows may be one made when the table was empty.
    if changes.accounts:
        await connection.executemany(_update_sql(accounts, tuple(STATE_COLUMNS)), changes.accounts)
    if changes.ended_holds:
        await connection.executemany(_update_sql(holds, tuple(HOLD_END_COLUMNS)), changes.ended_holds)
    for table, rows in changes.inserts.items():
        # COPY is the cheapest for the server, too.
        await connection.copy_records_to_table(table.name, records=rows, columns=columns_of(table))


async def _fetch(
    connection: asyncpg.Connection[asyncpg.Record], statement: str, *, keys: Sequence[Key]
) -> Sequence[Row]:
    found = await connection.fetch(statement, *_keys(keys)) if keys else []
    return cast("Sequence[Row]", found)  # a Record is read like a tuple


def _keys(keys: Sequence[Key]) -> tuple[list[str], list[str]]:
    return [key[0] for key in keys], [key[1] for key in keys]


@cache
def _update_sql(table: Table, names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(names[2:], 3))
    return f"UPDATE {table.name} SET {sets} WHERE organization_id = $1 AND id = $2"  # noqa: S608
