"""`alfred demo advance 7d`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import update

from alfred.cli.durations import duration
from alfred.cli.operator import database_alone
from alfred.cli.printing import Json, show
from alfred.clocks import EngineClock, WallClock, read_deployment
from alfred.ids import EngineIds
from alfred.stop import Exit, Stop
from core.engine import Engine
from core.jobs.due import run_due
from core.storage.database import Database
from core.storage.tables import deployment

app = typer.Typer(help="For demo databases only.", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """Play with a demo."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """What time it is in the demo now, and the ids of the commands that fell due."""

    now: datetime
    done: tuple[str, ...]


@app.command()
def advance(
    by: Annotated[str, typer.Argument(metavar="DURATION", help="45m, 12h, 7d, 2w.")], *, json: Json = False
) -> None:
    """Let time pass in the demo, and do what falls due; a running server follows within a second."""
    advanced = asyncio.run(_advanced(duration(by)))
    line = f"It is {advanced.now:%A, %Y-%m-%d %H:%M} UTC in the demo now; {_count(len(advanced.done))} fell due."
    show(advanced, line, json=json)


async def _advanced(by: timedelta) -> Advanced:
    async with database_alone() as database:
        clock = EngineClock(WallClock(), offset=await move_clock(database, by))
        done = await run_due(Engine(database, clock=clock, new_id=EngineIds(clock)), database, until=clock.now())
        return Advanced(clock.now(), tuple(done))


async def move_clock(database: Database, by: timedelta) -> timedelta:
    """Move a demo's clock; return how far it is ahead now. Raises Stop on any other database."""
    seconds = int(by.total_seconds())
    async with database.begin() as connection:
        moved = await connection.execute(
            update(deployment)
            .where(deployment.c.is_demo)
            .values(clock_offset_seconds=deployment.c.clock_offset_seconds + seconds)
        )
    if not moved.rowcount:
        raise Stop("Only a demo's clock can be moved, and this database is none.", code=Exit.REFUSED)
    _, offset = await read_deployment(database)
    return offset


def _count(number: int) -> str:
    return "1 thing" if number == 1 else f"{number} things" if number else "nothing"
