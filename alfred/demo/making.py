"""A demo comes to be whole or not at all: it is made aside, and moved to its place when it is complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from sqlalchemy import func, insert, select

from alfred.clocks import SteppedClock
from alfred.data_folder import DataFolder, reason
from alfred.demo.acme import HERO
from alfred.demo.building import build
from alfred.demo.living import beginning, live
from alfred.settings import Settings
from alfred.stop import Stop
from alfred.wiring import open_database, open_house, upgrade_tables
from core.storage.tables import deployment, organizations


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a demo begins: at which moment of its own clock (None: now), and whether a month of calls lies behind it."""

    at: datetime | None = None
    with_calls: bool = True


async def make_demo(folder: DataFolder, settings: Settings, *, start: Start) -> None:
    """Fill a new database and put the key that the screen prints beside it. Raises Stop when it cannot be written."""
    aside = folder.making / folder.database.name
    try:
        folder.making.mkdir(exist_ok=True)
        key = await fill(settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{aside}"}), start=start)
        folder.write(folder.api_key, key)
        _only_file(aside).replace(folder.database)
        folder.making.rmdir()
    except OSError as error:
        raise Stop(f"The demo cannot be written to {folder.path}: {reason(error)}.") from error


async def fill(settings: Settings, *, start: Start) -> str:
    """Make Acme in an empty database; return the hero's key. The demo's clock goes on from where it starts."""
    now = start.at or datetime.now(UTC)
    clock = SteppedClock(beginning(now) if start.with_calls else now)
    async with open_database(settings) as database:
        await upgrade_tables(database)
    async with open_house(settings, clock=clock) as house:
        acme = await build(house)
        if start.with_calls:
            await live(acme, clock, until=now)
        ahead = 0 if start.at is None else ceil((start.at - datetime.now(UTC)).total_seconds())
        async with house.database.begin() as connection:
            await connection.execute(insert(deployment).values(only=1, is_demo=True, clock_offset_seconds=ahead))
    return acme.keys[HERO].text


async def is_demo(settings: Settings) -> bool | None:
    """Whether a configured database is a demo; None when it is empty and may become one."""
    async with open_database(settings) as database:
        await upgrade_tables(database)
        async with database.snapshot() as connection:
            found = (await connection.execute(select(deployment.c.is_demo))).scalar_one_or_none()
            count = (await connection.execute(select(func.count()).select_from(organizations))).scalar_one()
    if found is not None:
        return bool(found)
    return False if count else None


def _only_file(database: Path) -> Path:
    """The file, when it is all there is: SQLite folds its log in when the last connection closes."""
    assert not database.with_name(f"{database.name}-wal").exists(), "somebody still has the demo open"
    return database
