"""Filling a test's database with the tables; the migrations run once, the tests get copies."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from core.storage.database import Database
from core.storage.migrate import upgrade


def migrate(url: str) -> None:
    """Run all migrations and close every connection, also when the caller's thread already has a loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, _migrate(url)).result()


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await upgrade(database)
