"""Acme's demo in a folder: how it begins, what its operator does beside the server, and when all is delivered."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alfred.clocks import NOTICE_SECONDS
from tests.e2e.waiting import until
from tests.flows.running import Server, alfred

_WAITING: Final = """
    SELECT (SELECT count(*) FROM outbox WHERE dispatched_at IS NULL)
         + (SELECT count(*) FROM deliveries WHERE state = 'waiting')
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo whose every figure is known."""

    folder: Path

    async def alfred(self, *words: str) -> str:
        """What `alfred …` prints there."""
        done = await asyncio.to_thread(alfred, self.folder, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def operator(self, *words: str) -> str:
        """What `alfred admin …` prints there."""
        return await self.alfred("admin", *words)

    async def advance(self, by: str) -> str:
        """Let time pass beside the running server, as the operator does."""
        said = await self.alfred("demo", "advance", by)
        await asyncio.sleep(2 * NOTICE_SECONDS)  # the server looks at its clock that often
        return said.strip()

    async def delivered(self) -> None:
        """Wait until nothing is on its way to anybody."""

        async def look() -> bool | None:
            return await asyncio.to_thread(self._is_quiet) or None

        await until(look, what="the end of all deliveries")

    def _is_quiet(self) -> bool:
        with closing(sqlite3.connect(self.folder / ".alfred" / "alfred.db")) as database:
            return bool(database.execute(_WAITING).fetchone()[0] == 0)


async def new_demo(folder: Path) -> Demo:
    """The first of April, nine o'clock; nobody has called a model yet."""
    demo = Demo(folder)
    await demo.alfred("demo", "new", "--on", "2026-04-01 09:00", "--no-calls")
    return demo


@contextmanager
def log_shown(server: Server) -> Iterator[None]:
    """Print what the server has logged; it is seen where a test fails."""
    try:
        yield
    finally:
        sys.stdout.write(server.log)
