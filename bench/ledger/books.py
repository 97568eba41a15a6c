"""A database with a thousand funded people, on a durable server, and the stores on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from core.ledger.book import Book
from core.storage.database import Database
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.migrate import upgrade
from core.storage.tables import accounts

ORG: Final = "org_bench"
PEOPLE: Final = 1_000
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
TODAY: Final = NOW.date()
TTL: Final = timedelta(minutes=15)
EACH: Final = 10**11
SLICES: Final = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))


async def open_books(database: Database) -> None:
    """Migrate, and give everybody three slices; every threshold is still to be crossed."""
    await upgrade(database)
    async with database.begin() as connection:
        await connection.execute(insert(accounts), [row for number in range(PEOPLE) for row in _rows(number)])
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql("VACUUM ANALYZE")


def book_of(database: Database) -> Book:
    """The group-commit book, as the server has it."""
    if database.is_sqlite:
        return Book(SqliteHotStore(str(database.url.database), database.writer))
    return Book(PostgresHotStore(database.url))


def personal(number: int) -> str:
    """Somebody's account."""
    return f"personal:usr_{number}"


def _rows(number: int) -> list[dict[str, Any]]:
    blank: dict[str, Any] = dict.fromkeys(
        ("credits", "debits", "held", "unbacked", "owed", "floor", "period_base", "period_spent", "marks_told"), 0
    ) | dict.fromkeys(("next_expiry", "closed_to", "ends_at", "period_began"))
    blank |= {"organization_id": ORG, "unit": "credits", "owner_id": f"usr_{number}", "slices": "[]", "version": 0}
    total = EACH * len(SLICES)
    slices = "[" + ",".join(f'["{day}",{EACH},0]' for day in SLICES) + "]"
    funded = {"credits": total, "period_base": total, "slices": slices, "next_expiry": SLICES[0]}
    return [
        blank | {"id": personal(number), "kind": "personal"} | funded,
        blank | {"id": f"spent:usr_{number}", "kind": "spent"},
        blank | {"id": f"expired:usr_{number}", "kind": "expired"},
    ]
