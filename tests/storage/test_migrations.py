"""The migrations make exactly the tables that the code knows, on both databases, and keep what they hold."""

import asyncio
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from core.storage.database import Database
from core.storage.faults import StorageUnavailable
from core.storage.migrate import Revision, check, revision, upgrade
from core.storage.tables import metadata
from tests.filled import fill, read_all

ADDS_A_COLUMN = '''"""A later version of Alfred."""

from alembic import op
from sqlalchemy import Column, String

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    for table in {tables}:
        op.add_column(table, Column("later", String(16), nullable=False, server_default="as before"))
'''


def later_version(folder: Path, *, head: str) -> str:
    """The revisions of a version of Alfred to come, which adds a column to every table."""
    revisions = folder / "migrations"
    shutil.copytree(str(files("core.storage") / "migrations"), revisions)
    script = ADDS_A_COLUMN.format(head=head, tables=sorted(metadata.tables))
    (revisions / "versions" / "9999_later.py").write_text(script)
    return str(revisions)


def everything_about(connection: Connection) -> dict[str, Any]:
    """All that the database knows of its tables: the whole definitions, not the names alone."""
    made: dict[str, Any]
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'")
        )
        made = {row.name: " ".join(row.sql.split()) for row in rows}
    else:
        inspector = inspect(connection)
        indexes = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
        limits = connection.execute(
            text("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0")
        )
        storage = connection.execute(text("SELECT relname, reloptions FROM pg_class WHERE relkind = 'r'"))
        made = {
            **{name: [str(column) for column in inspector.get_columns(name)] for name in inspector.get_table_names()},
            **{row.indexname: row.indexdef for row in indexes},
            **{row.conname: row[1] for row in limits},
            **{f"{row.relname} storage": row.reloptions for row in storage if row.relname in metadata.tables},
        }
    return {name: facts for name, facts in made.items() if not name.startswith(("alembic_version", "sqlite_"))}


async def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    assert await check(database) == []
    at = await revision(database)
    assert at.current == at.head


async def test_the_migrations_make_what_the_code_would_make_to_the_last_detail(database_url: str) -> None:
    async with Database(database_url) as database:
        async with database.begin() as connection:
            await connection.run_sync(metadata.create_all)
            from_the_code = await connection.run_sync(everything_about)
            await connection.run_sync(metadata.drop_all)
        await upgrade(database)
        async with database.snapshot() as connection:
            assert await connection.run_sync(everything_about) == from_the_code


async def test_an_empty_database_says_that_it_has_no_tables_yet(database_url: str) -> None:
    async with Database(database_url) as empty:
        at = await revision(empty)
        assert at.current is None
        assert await check(empty) == [f"the database is at revision none, this version of Alfred needs {at.head}"]


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    await fill(database)
    before = await read_all(database)
    await upgrade(database)
    assert await read_all(database) == before


async def test_an_upgrade_keeps_what_every_table_holds(database: Database, tmp_path: Path) -> None:
    await fill(database)
    before = await read_all(database)
    assert all(before.values()), "every table must hold something, or this test says nothing about it"

    head = (await revision(database)).head
    await upgrade(database, revisions=later_version(tmp_path, head=head))

    assert await read_all(database) == before
    assert await revision(database) == Revision("9999", head)
    async with database.snapshot() as connection:
        for table in metadata.sorted_tables:
            assert set(await connection.scalars(select(literal_column("later")).select_from(table))) == {"as before"}


async def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database: Database, tmp_path: Path) -> None:
    await fill(database)
    before, at = await read_all(database), await revision(database)
    revisions = later_version(tmp_path, head=at.head)
    with (Path(revisions) / "versions" / "9999_later.py").open("a") as script:
        script.write('    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    with pytest.raises(DBAPIError, match="nowhere"):
        await upgrade(database, revisions=revisions)
    assert (await read_all(database), await revision(database), await check(database)) == (before, at, [])


UPGRADE_NOW = """
import asyncio, sys
from core.storage.database import Database
from core.storage.migrate import upgrade

async def main():
    async with Database(sys.argv[1]) as database:
        await upgrade(database)

sys.stdin.readline()
asyncio.run(main())
"""


async def test_several_processes_that_start_together_upgrade_once(database_url: str) -> None:
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", UPGRADE_NOW, database_url, stdin=pipe, stderr=pipe)
        for _ in range(3)
    ]
    ended = await asyncio.gather(*(process.communicate(b"now\n") for process in started))
    assert [(process.returncode, errors) for process, (_, errors) in zip(started, ended, strict=True)] == [(0, b"")] * 3
    async with Database(database_url) as database:
        assert await check(database) == []


@pytest.mark.parametrize("table", ["postings", "audit_events", "audit_seals", "audit_blocks", "policies"])
@pytest.mark.parametrize("change", ["UPDATE {} SET organization_id = 'other'", "DELETE FROM {}"])
async def test_what_is_written_for_good_cannot_be_changed(database: Database, table: str, change: str) -> None:
    await fill(database)
    before = await read_all(database)
    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        async with database.begin() as connection:
            await connection.execute(text(change.format(table)))
    assert await read_all(database) == before


@pytest.mark.parametrize("table", ["postings", "audit_events", "audit_seals", "audit_blocks", "policies"])
async def test_what_is_written_for_good_cannot_be_emptied(postgres_database: Database, table: str) -> None:
    await fill(postgres_database)
    before = await read_all(postgres_database)
    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        async with postgres_database.begin() as connection:
            await connection.execute(text(f"TRUNCATE {table}"))
    assert await read_all(postgres_database) == before


TAMPERED = {
    "ALTER TABLE users ADD COLUMN nickname VARCHAR(10)": "nickname",
    "DROP TABLE transfers": "transfers",
    "DROP INDEX ix_holds_open": "ix_holds_open",
}


@pytest.mark.parametrize("change", TAMPERED)
async def test_a_changed_table_is_named(database: Database, change: str) -> None:
    async with database.begin() as connection:
        await connection.execute(text(change))
    differences = await check(database)
    assert any(TAMPERED[change] in words for words in differences), differences


async def test_a_missing_trigger_is_named(database: Database) -> None:
    name, on = ("postings_no_delete", "") if database.is_sqlite else ("postings_append_only", " ON postings")
    async with database.begin() as connection:
        await connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert await check(database) == [f"the trigger {name} is missing"]


async def test_a_missing_check_is_named(postgres_database: Database) -> None:
    async with postgres_database.begin() as connection:
        await connection.execute(text("ALTER TABLE postings DROP CONSTRAINT ck_postings_positive"))
    assert await check(postgres_database) == ["table postings lacks the check ck_postings_positive"]


async def test_a_database_that_is_away_is_no_traceback(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'no such folder' / 'alfred.db'}") as nowhere:
        with pytest.raises(StorageUnavailable):
            await upgrade(nowhere)
