"""Filling a test's database with the tables; the migrations run once, the tests get copies."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

from core.storage.database import Database
from core.storage.migrate import upgrade


def migrate(url: str) -> None:
    """Run all migrations and close every connection."""
    run_apart(_migrate(url))


def run_apart(work: Coroutine[None, None, None]) -> None:
    """Run to the end in a loop of its own, also when the caller's thread already has one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await upgrade(database)
