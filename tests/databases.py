"""An open database of one test's own, filled before by what takes long: in a file that is copied, or on the server."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from core.storage.database import Database
from tests.postgres import Postgres, Prepare


@asynccontextmanager
async def opened_copy(file: Path, *, url: str) -> AsyncIterator[Database]:
    """A copy of a SQLite file, at this URL."""
    shutil.copyfile(file, str(make_url(url).database))
    async with Database(url) as database:
        yield database


@asynccontextmanager
async def opened_on(server: Postgres, fill: Prepare) -> AsyncIterator[Database]:
    """A database of the server's, filled by `fill(url)`, once for all tests of this process; dropped at the end."""
    url = server.create(fill)
    async with Database(url) as database:
        yield database
    server.drop(url)
