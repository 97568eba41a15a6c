"""A database with one row in every table, made from the tables themselves, so that a new table is filled too."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, Row, SmallInteger, String, insert, select
from sqlalchemy.types import TypeEngine

from core.storage.database import Database
from core.storage.tables import metadata
from core.storage.types import Exact, Instant

NOON = datetime(2026, 2, 20, 12, tzinfo=UTC)


async def fill(database: Database) -> None:
    """Write a row into every table."""
    async with database.begin() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(insert(table), [{column.name: _value(column) for column in table.columns}])


async def read_all(database: Database) -> dict[str, list[Row[Any]]]:
    """Every row of every table, with the columns that this version of Alfred knows."""
    async with database.snapshot() as connection:
        return {
            table.name: list((await connection.execute(select(*table.columns).order_by(*table.primary_key))).all())
            for table in metadata.sorted_tables
        }


EXAMPLES: Final[dict[type[TypeEngine[Any]], Any]] = {
    Instant: NOON,
    Exact: Decimal("0.123456789012345678"),
    Date: date(2026, 3, 31),
    Boolean: True,
    JSON: {"kept": ["as", "it", "was"]},
    BigInteger: 4_000_000_000,
    SmallInteger: 1,
    Integer: 1,
}


def _value(column: Column[Any]) -> Any:  # noqa: ANN401  a column's type is known at run time only
    if column.name == "floor":
        return 0
    if isinstance(column.type, String):
        return f"{column.name} ü"[: column.type.length]
    return EXAMPLES[type(column.type)]
