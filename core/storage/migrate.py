"""Bringing a database to the newest revision, and saying whether it is there.

Alembic works on the one connection that it is given, so an upgrade is one transaction on both databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Inspector, Table, inspect, text

from core.storage.database import Database
from core.storage.migrations.append_only import triggers_of
from core.storage.retry import Persistence
from core.storage.tables import audit_blocks, audit_events, audit_seals, metadata, policies, postings

T = TypeVar("T")

REVISIONS: Final = "core.storage:migrations"
"""Where alembic finds them: a package's folder, or a path."""

APPEND_ONLY: Final = (audit_blocks, audit_events, audit_seals, policies, postings)

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(4736189201)")
"""Two processes that start together take turns. SQLite's BEGIN IMMEDIATE does the same."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Where a database is (None: it has no tables yet), and where this version of Alfred wants it."""

    current: str | None
    head: str


async def upgrade(database: Database, *, revisions: str = REVISIONS) -> None:
    """Run the revisions that are missing, all or none. Raises StorageUnavailable."""

    async def once() -> None:
        async with database.begin() as connection:
            await connection.run_sync(_upgrade, revisions)

    await Persistence(asyncio.sleep).run(once)


async def revision(database: Database) -> Revision:
    """Where the database is, and where it should be. Raises StorageUnavailable."""
    return await Persistence(asyncio.sleep).run(lambda: _in_snapshot(database, _revision))


async def check(database: Database) -> list[str]:
    """What the tables have that they should not, and the other way round, in words; nothing when all is well.

    Raises StorageUnavailable.
    """
    return await Persistence(asyncio.sleep).run(lambda: _in_snapshot(database, _differences))


async def _in_snapshot(database: Database, read: Callable[[Connection], T]) -> T:
    async with database.snapshot() as connection:
        return await connection.run_sync(read)


def _config(revisions: str) -> Config:
    config = Config()
    config.set_main_option("script_location", revisions)
    return config


def _upgrade(connection: Connection, revisions: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AT_A_TIME)
    config = _config(revisions)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> Revision:
    head = ScriptDirectory.from_config(_config(REVISIONS)).get_current_head()
    assert head is not None, "this version of Alfred has no revisions"
    return Revision(MigrationContext.configure(connection).get_current_revision(), head)


def _differences(connection: Connection) -> list[str]:
    at = _revision(connection)
    if at.current != at.head:
        return [f"the database is at revision {at.current or 'none'}, this version of Alfred needs {at.head}"]
    inspector = inspect(connection)
    return [
        *_alembic_differences(connection),
        *(words for table in _tables(inspector) for words in _check_differences(inspector, table)),
        *_missing_triggers(connection),
    ]


def _alembic_differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return [_in_words(found) for found in compare_metadata(context, metadata)]


def _in_words(found: Any) -> str:  # noqa: ANN401  alembic's tuples have a shape for each operation
    if isinstance(found, list):  # changes of one column
        return "; ".join(_in_words(change) for change in found)
    operation = str(found[0]).replace("_", " ")
    return f"to {operation}: {', '.join(str(part) for part in found[1:] if part is not None)}"


def _tables(inspector: Inspector) -> list[Table]:
    found = set(inspector.get_table_names())
    return [table for table in metadata.sorted_tables if table.name in found]


def _check_differences(inspector: Inspector, table: Table) -> Iterator[str]:
    """Check constraints by name, which alembic does not compare."""
    wanted = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
    found = {str(item["name"]) for item in inspector.get_check_constraints(table.name)}
    for name in sorted(wanted - found):
        yield f"table {table.name} lacks the check {name}"
    for name in sorted(found - wanted):
        yield f"table {table.name} has an unknown check {name}"


def _missing_triggers(connection: Connection) -> Sequence[str]:
    query = _TRIGGERS[connection.dialect.name]
    found = set(connection.execute(text(query)).scalars())
    wanted = [name for table in APPEND_ONLY for name in triggers_of(table.name, dialect=connection.dialect.name)]
    return [f"the trigger {name} is missing" for name in wanted if name not in found]


_TRIGGERS: Final = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}
