"""Verifying the books: clean ones have no drift, and every kind of tampering is found and named."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.ledger.verify import Report, verify
from core.storage.database import Database
from core.storage.migrate import upgrade
from core.storage.migrations.append_only import triggers_of
from tests.conftest import BOTH
from tests.databases import opened_copy, opened_on
from tests.ledger.small_books import ACME, DORA, keep_small_books
from tests.ledger.tampering import NAMES, TAMPERING
from tests.migrated import run_apart
from tests.postgres import Postgres


def write_books(url: str) -> None:
    """The small books in a database whose triggers somebody has removed."""
    run_apart(_write_books(url))


async def _write_books(url: str) -> None:
    async with Database(url) as database:
        await upgrade(database)
        await keep_small_books(database)
        for trigger in triggers_of("postings", dialect=database.dialect):
            await _drop_trigger(database, trigger)


async def _drop_trigger(database: Database, trigger: str) -> None:
    async with database.begin() as connection:
        await connection.execute(text(f"DROP TRIGGER {trigger}{'' if database.is_sqlite else ' ON postings'}"))


@pytest.fixture(scope="module")
def sqlite_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("books") / "alfred.db"
    write_books(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
async def books_in_sqlite(sqlite_url: str, sqlite_books: Path) -> AsyncIterator[Database]:
    async with opened_copy(sqlite_books, url=sqlite_url) as database:
        yield database


@pytest.fixture
async def books_in_postgres(postgres: Postgres) -> AsyncIterator[Database]:
    async with opened_on(postgres, write_books) as database:
        yield database


@pytest.fixture(params=BOTH)
def books(request: pytest.FixtureRequest) -> Database:
    """The small books, with nothing to stop a tamperer."""
    opened: Database = request.getfixturevalue(f"books_in_{request.param}")
    return opened


async def tamper(books: Database, statement: str) -> None:
    async with books.begin() as connection:
        changed = await connection.execute(text(statement), NAMES)
        assert changed.rowcount > 0, statement


async def test_books_that_only_the_ledger_wrote_have_no_drift(books: Database) -> None:
    assert await verify(books) == Report(organizations=1, accounts=19, postings=16, holds=7, usage_rows=4, drift=[])


async def test_an_empty_database_has_no_drift(database: Database) -> None:
    assert await verify(database) == Report()


@pytest.mark.parametrize("kind", TAMPERING)
async def test_tampering_is_found_and_named(books: Database, kind: str) -> None:
    statement, expected = TAMPERING[kind]
    await tamper(books, statement)
    assert (await verify(books)).drift == expected


async def test_the_accounts_of_one_organization_never_explain_those_of_another(books: Database) -> None:
    await tamper(books, "UPDATE accounts SET organization_id = 'org_bolt' WHERE id = :dora")
    found = (await verify(books)).drift
    assert {(item.organization_id, item.account, item.what) for item in found} >= {
        (ACME, DORA, "account"),
        ("org_bolt", DORA, "credits"),
    }
