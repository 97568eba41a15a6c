"""A company in a file, and as many copies of it as are wanted, so that several courses of events can be compared."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from core.engine import Engine
from core.ledger.verify import verify
from core.storage.database import Database
from tests.accounts_read import books
from tests.company import MONDAY, Company, CountedIds, StandingClock, found_company


@dataclass(frozen=True)
class Bench:
    """A company in a file, and a folder for its copies."""

    company: Company
    file: Path
    folder: Path

    async def fork(self, name: str, work: Callable[[Engine, Database], Awaitable[Any]]) -> dict[str, Any]:
        """The books after some work on a copy."""
        copy = self.folder / name
        shutil.copyfile(self.file, copy)
        clock = StandingClock(MONDAY + timedelta(hours=1))  # ids of its own; jobs bring their own now
        async with Database(f"sqlite+aiosqlite:///{copy}") as database:
            await work(Engine(database, clock=clock, new_id=CountedIds(clock)), database)
            assert (await verify(database)).drift == []
            return await books(database)

    @asynccontextmanager
    async def prepared(self) -> AsyncIterator[tuple[Bench, Company]]:
        """A copy to fork from later, and the same company in it, to be changed before."""
        file = self.folder / "prepared.db"
        shutil.copyfile(self.file, file)
        async with Database(f"sqlite+aiosqlite:///{file}") as database:
            clock = StandingClock(MONDAY)
            acme = Company(database, name="Acme", ids=CountedIds(clock), clock=clock, known_as=self.company.id)
            acme.users.update(self.company.users)
            acme.nodes.update(self.company.nodes)
            clock.advance(minutes=1)  # ids made from here on are new
            yield Bench(self.company, file, self.folder), acme


async def found_on_a_bench(database: Database, folder: Path) -> Bench:
    """Acme in this SQLite database, which is closed, and a copy of its file in a folder."""
    company = await found_company(database)
    await database.close()
    kept = folder / "founded.db"
    shutil.copyfile(str(make_url(str(database.url)).database), kept)
    return Bench(company, kept, folder)
