"""What a database error means, and how often a transaction is run again before somebody hears of it."""

import asyncio
import sqlite3
from collections import Counter

import asyncpg
import pytest
import sqlalchemy.exc
from sqlalchemy import text

from core.storage.database import Database
from core.storage.faults import Fault, StorageFull, StorageUnavailable, fault_of
from core.storage.retry import CONFLICTS, LOST_CONNECTIONS, TRIES, Persistence

SERIALIZATION = asyncpg.SerializationError("could not serialize access")
LOST = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
TAKEN = asyncpg.UniqueViolationError("duplicate key")


def from_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("in the words of SQLite")
    error.sqlite_errorcode = code
    return error


def wrapped(error: Exception) -> Exception:
    """As SQLAlchemy hands a driver's error on."""
    return sqlalchemy.exc.OperationalError("SELECT 1", None, error)


MEANINGS = [
    (SERIALIZATION, Fault.RETRY),
    (asyncpg.DeadlockDetectedError("deadlock"), Fault.RETRY),
    (asyncpg.LockNotAvailableError("lock"), Fault.RETRY),
    (LOST, Fault.AWAY),
    (asyncpg.AdminShutdownError("shutting down"), Fault.AWAY),
    (asyncpg.CannotConnectNowError("starting up"), Fault.AWAY),
    (asyncpg.TooManyConnectionsError("sorry, too many clients already"), Fault.AWAY),
    (asyncpg.ReadOnlySQLTransactionError("this is a standby now"), Fault.AWAY),
    (asyncpg.InvalidPasswordError("the password was changed"), Fault.AWAY),
    (asyncpg.InvalidCatalogNameError("no such database"), Fault.AWAY),
    (asyncpg.InterfaceError("connection is closed"), Fault.AWAY),
    (ConnectionRefusedError(), Fault.AWAY),
    (TimeoutError(), Fault.AWAY),
    (sqlalchemy.exc.TimeoutError("every connection is in use"), Fault.AWAY),
    (asyncpg.DiskFullError("no space left on device"), Fault.FULL),
    (TAKEN, Fault.CONFLICT),
    (asyncpg.CheckViolationError("a negative balance"), None),
    (asyncpg.DataError("value out of int64 range"), None),
    (asyncpg.UndefinedColumnError("no such column"), None),
    (from_sqlite(sqlite3.SQLITE_BUSY), Fault.RETRY),
    (from_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Fault.RETRY),
    (from_sqlite(sqlite3.SQLITE_FULL), Fault.FULL),
    (from_sqlite(sqlite3.SQLITE_CANTOPEN), Fault.AWAY),
    (from_sqlite(sqlite3.SQLITE_IOERR_WRITE), Fault.AWAY),
    (from_sqlite(sqlite3.SQLITE_READONLY), Fault.AWAY),
    (from_sqlite(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY), Fault.CONFLICT),
    (from_sqlite(sqlite3.SQLITE_CONSTRAINT_CHECK), None),
    (from_sqlite(sqlite3.SQLITE_CONSTRAINT_TRIGGER), None),
    (ValueError("a defect"), None),
]


def name_of(value: object) -> str:
    code = getattr(value, "sqlite_errorcode", None)
    return f"sqlite {code}" if code else type(value).__name__ if isinstance(value, Exception) else str(value)


@pytest.mark.parametrize(("error", "meaning"), MEANINGS, ids=name_of)
def test_an_error_of_the_database_has_one_meaning(error: Exception, meaning: Fault | None) -> None:
    assert fault_of(error) is meaning
    assert fault_of(wrapped(error)) is meaning


def test_the_first_error_counts_also_when_cleaning_up_after_it_fails() -> None:
    after = from_sqlite(sqlite3.SQLITE_ERROR)
    after.__context__ = wrapped(from_sqlite(sqlite3.SQLITE_FULL))
    assert fault_of(wrapped(after)) is Fault.FULL


class Attempts:
    """A transaction that meets these errors one after the other, then commits."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self._errors:
            raise self._errors.pop(0)
        return "committed"


def patient() -> tuple[Persistence, list[float]]:
    """A persistence that writes down how long it would have waited."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return Persistence(pause), waits


async def test_a_transaction_that_loses_against_another_is_run_again() -> None:
    persistence, waits = patient()
    assert await persistence.run(Attempts(SERIALIZATION, wrapped(SERIALIZATION))) == "committed"
    assert persistence.faults == Counter({Fault.RETRY: 2})
    assert waits == [0.004, 0.008]


async def test_waits_grow_and_stay_below_half_a_second() -> None:
    persistence, waits = patient()
    with pytest.raises(StorageUnavailable):
        await persistence.run(Attempts(*[SERIALIZATION] * TRIES))
    assert waits == sorted(waits)
    assert (len(waits), waits[-1]) == (TRIES - 1, 0.5)


GIVING_UP: list[tuple[Exception, int, type[Exception]]] = [
    (LOST, LOST_CONNECTIONS + 1, StorageUnavailable),
    (SERIALIZATION, TRIES, StorageUnavailable),
    (asyncpg.DiskFullError("full"), 1, StorageFull),
    (TAKEN, CONFLICTS, asyncpg.UniqueViolationError),
    (asyncpg.UndefinedColumnError("defect"), 1, asyncpg.UndefinedColumnError),
]


@pytest.mark.parametrize(("error", "tries", "heard"), GIVING_UP, ids=name_of)
async def test_a_fault_that_stays_is_told_after_so_many_tries(
    error: Exception, tries: int, heard: type[Exception]
) -> None:
    attempts = Attempts(*[error] * 20)
    with pytest.raises(heard) as told:
        await patient()[0].run(attempts)
    assert type(told.value) is heard
    assert attempts.made == tries


async def test_contention_before_a_lost_connection_does_not_use_up_its_tries() -> None:
    attempts = Attempts(*[SERIALIZATION] * 5, LOST, LOST)
    assert await patient()[0].run(attempts) == "committed"


async def test_what_callers_hear_has_a_stable_code_and_a_sentence_without_secrets() -> None:
    persistence, _ = patient()
    secret = asyncpg.InvalidPasswordError('password authentication failed for user "hunter2"')
    with pytest.raises(StorageUnavailable) as told:
        await persistence.run(Attempts(*[secret] * 3))
    assert (told.value.code, StorageFull.code) == ("database_unavailable", "storage_full")
    assert "hunter2" not in f"{told.value} {told.value.sentence}"


async def test_a_number_that_no_column_takes_is_a_defect_and_no_outage(database: Database) -> None:
    async def attempt() -> None:
        async with database.snapshot() as connection:
            await connection.execute(text("SELECT id FROM users WHERE id = :id"), {"id": object()})

    persistence, waits = patient()
    with pytest.raises((sqlalchemy.exc.DBAPIError, asyncpg.DataError)):
        await persistence.run(attempt)
    assert (persistence.faults, waits) == (Counter(), [])


async def test_a_cancelled_transaction_is_not_run_again() -> None:
    begun = asyncio.Event()
    tries = []

    async def attempt() -> None:
        tries.append(1)
        begun.set()
        await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(patient()[0].run(attempt))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(tries) == 1
