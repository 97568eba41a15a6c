"""What a database error means for the transaction that met it.

Sources: PostgreSQL Appendix A (error codes), section 13.5 (serialization failure handling); SQLite result codes.
"""

from __future__ import annotations

import sqlite3
from enum import Enum, auto

import asyncpg
import sqlalchemy.exc


class Fault(Enum):
    """The four meanings that change what happens next; everything else is a defect and travels on unchanged."""

    RETRY = auto()
    """The database chose another transaction: run the whole of this one again."""
    AWAY = auto()
    """No connection, or lost; if it was lost at COMMIT the outcome is unknown and is read again under the same id."""
    FULL = auto()
    """No room to write; nothing was written."""
    CONFLICT = auto()
    """A unique key exists already: somebody else wrote the same id first."""


class StorageUnavailable(Exception):
    """The database cannot be reached or cannot write. Spending stops: hard caps fail closed."""

    code = "database_unavailable"
    sentence = "The credit database cannot be reached; nothing was charged. Try again in a moment."


class StorageFull(StorageUnavailable):
    """The database has no room left to write."""

    code = "storage_full"
    sentence = "The credit database has no room left to write; nothing was charged. Free disk space, then try again."


_RETRY_STATES = frozenset({"40001", "40P01", "55P03", "25P03"})
_AWAY_STATES = frozenset(
    {"25006", "3D000", "53000", "53200", "53300", "57P01", "57P02", "57P03", "57P04", "57P05", "58030"}
)
"""Shut down, starting, full of connections or out of memory, dropped, a standby that cannot write, a failing disk."""
_AWAY_CLASSES = ("08", "28")
"""Connection exceptions; and a password that is no longer accepted keeps us out just as well."""
_FULL_STATES = frozenset({"53100"})
_CONFLICT_STATES = frozenset({"23505"})
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL})
_SQLITE_AWAY = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_SQLITE_CONFLICT = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})


def fault_of(error: BaseException) -> Fault | None:
    """Say what an error from the database means; None when it is not one of the four."""
    for cause in _causes(error):
        fault = _fault_of_one(cause)
        if fault is not None:
            return fault
    return None


def unavailable(fault: Fault) -> StorageUnavailable:
    """The exception that callers see when a fault did not go away."""
    return StorageFull() if fault is Fault.FULL else StorageUnavailable()


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from, nearest first.

    The context counts too: after SQLite has rolled back by itself, the first error that is seen is a savepoint that no
    longer exists.
    """
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        original = current.orig if isinstance(current, sqlalchemy.exc.DBAPIError) else None
        current = original or current.__cause__ or current.__context__
    return chain


def _fault_of_one(error: BaseException) -> Fault | None:
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _fault_of_state(state)
    if isinstance(error, sqlite3.Error):
        return _fault_of_sqlite(error)
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        return None  # a value or an address that asyncpg cannot send; the connection is well
    away = (OSError, asyncpg.InterfaceError, sqlalchemy.exc.TimeoutError)
    return Fault.AWAY if isinstance(error, away) else None


def _fault_of_state(state: str) -> Fault | None:
    if state in _RETRY_STATES:
        return Fault.RETRY
    if state in _AWAY_STATES or state.startswith(_AWAY_CLASSES):
        return Fault.AWAY
    if state in _FULL_STATES:
        return Fault.FULL
    return Fault.CONFLICT if state in _CONFLICT_STATES else None


def _fault_of_sqlite(error: sqlite3.Error) -> Fault | None:
    extended = getattr(error, "sqlite_errorcode", 0)
    primary = extended & 0xFF
    if primary in _SQLITE_BUSY:
        return Fault.RETRY
    if primary in _SQLITE_FULL:
        return Fault.FULL
    if primary in _SQLITE_AWAY:
        return Fault.AWAY
    return Fault.CONFLICT if extended in _SQLITE_CONFLICT else None
