"""The migrations make exactly the tables that the code knows, on both databases, and keep what they hold."""

from core.storage.database import Database
from core.storage.migrate import check


async def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    assert await check(database) == []
