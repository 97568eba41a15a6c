"""Connections that are lost at COMMIT, deadlocks with deeds, a database that is away: asking again tells the truth."""

import asyncio

import asyncpg
import pytest

from core.ledger.accounts import NEVER
from core.ledger.book import Book
from core.ledger.books import PostingKind
from core.ledger.moving import Move
from core.storage.database import Database
from core.storage.faults import Fault, StorageUnavailable
from core.storage.hot_postgres import PostgresHotStore
from core.storage.retry import LOST_CONNECTIONS
from tests.fault_proxy import At, FaultProxy, faulty
from tests.ledger.backends import Stored, no_pause
from tests.ledger.loading import ANN, NOW, book_of, place, record, settle
from tests.ledger.sheets import fund, sheet

pytestmark = pytest.mark.postgres

K = 137


def _book_through(proxy: FaultProxy) -> Book:
    return Book(PostgresHotStore(Database(proxy.url).url), pause=no_pause)


@pytest.mark.parametrize("at", [At.COMMIT_BEFORE, At.COMMIT_AFTER, At.STATEMENT_BEFORE])
async def test_a_call_whose_connection_is_lost_is_booked_once(postgres_database: Database, at: At) -> None:
    await fund(postgres_database, K)
    async with faulty(_url(postgres_database)) as proxy, _book_through(proxy) as book:
        await book.submit(place(1, amount=10))
        proxy.lose(at)
        held = await book.submit(place(2, amount=10))
        proxy.lose(at)
        ended = await book.submit(settle(1, actual=4), record)
        assert (proxy.lost, book.persistence.faults[Fault.AWAY]) == (2, 2)
        assert held.is_replay is ended.is_replay is (at is At.COMMIT_AFTER)
    assert await sheet(postgres_database) == {
        "spent": 4,
        "held": 10,
        "available": K - 14,
        "open holds": 1,
        "settled holds": 1,
    }


@pytest.mark.parametrize("at", [At.COMMIT_BEFORE, At.COMMIT_AFTER])
async def test_who_hears_that_the_database_is_away_finds_the_outcome_under_the_same_id(
    postgres_database: Database, at: At
) -> None:
    await fund(postgres_database, K)
    async with faulty(_url(postgres_database)) as proxy, _book_through(proxy) as book:
        proxy.lose(*[at] + [At.STATEMENT_BEFORE] * LOST_CONNECTIONS)
        with pytest.raises(StorageUnavailable):
            await book.submit(place(1, amount=10))
        held = await book.submit(place(1, amount=10))
        assert (held.amount, held.available, held.is_replay) == (10, K - 10, at is At.COMMIT_AFTER)
    assert await sheet(postgres_database) == {"spent": 0, "held": 10, "available": K - 10, "open holds": 1}


async def test_with_the_database_away_nothing_is_held_and_afterwards_work_goes_on(postgres_database: Database) -> None:
    await fund(postgres_database, K)
    async with faulty(_url(postgres_database)) as proxy, _book_through(proxy) as book:
        await book.submit(place(1))
        await proxy.go_away()
        outcomes = await asyncio.gather(*(book.submit(place(number)) for number in (2, 3)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 2
        proxy.come_back()
        await book.submit(place(4))
    assert await sheet(postgres_database) == {"spent": 0, "held": 2, "available": K - 2, "open holds": 2}


async def test_a_deadlock_with_a_deed_is_run_again(postgres_database: Database) -> None:
    """Two accounts locked in the wrong order by somebody else; Postgres chooses a victim, nothing is lost."""
    await fund(postgres_database, K)
    lock = "SELECT 1 FROM accounts WHERE id = $1 FOR UPDATE"
    connection = await asyncpg.connect(_url(postgres_database).replace("+asyncpg", ""))
    async with book_of(postgres_database) as book:
        await book.submit(place(1, amount=10))
        async with connection.transaction():
            await connection.execute("SET LOCAL deadlock_timeout = '10s'")  # the book is to be the victim
            await connection.execute(lock, "spent:ann")
            settling = asyncio.create_task(book.submit(settle(1, actual=4), record))
            await _until_waiting(connection)
            await connection.execute(lock, ANN)
        assert (await settling).ending.settled == 4
        assert book.persistence.faults[Fault.RETRY] == 1
    await connection.close()
    assert await sheet(postgres_database) == {"spent": 4, "held": 0, "available": K - 4, "settled holds": 1}


async def test_book_and_deeds_on_the_same_accounts_never_deadlock(postgres_database: Database) -> None:
    await fund(postgres_database, 1_000)
    deeds = Stored(postgres_database, drop=lambda: None)
    give = Move("issued:acme", ANN, 1, PostingKind.ISSUE, given=NEVER)

    async def issue() -> None:
        for number in range(20):
            deeds.operations += 1_000 + number
            await deeds.deed(give, names=[ANN, "issued:acme"], now=NOW)

    async with book_of(postgres_database) as book:

        async def call(number: int) -> None:
            await book.submit(place(number, amount=3))
            await book.submit(settle(number, actual=2), record)

        await asyncio.gather(issue(), *(call(number) for number in range(100)))
        assert book.persistence.faults == {}
    assert await sheet(postgres_database) == {"spent": 200, "held": 0, "available": 820, "settled holds": 100}


async def _until_waiting(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Until somebody waits for a lock that we have."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'alfred-book'"
    )
    while not await connection.fetchval(waiting):
        await connection.execute("SELECT pg_stat_clear_snapshot()")


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
