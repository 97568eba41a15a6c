"""`alfred demo new` and `alfred demo advance 7d`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from alfred.cli.durations import duration
from alfred.cli.operator import database_alone
from alfred.cli.printing import Json, show
from alfred.clocks import EngineClock, WallClock, read_deployment
from alfred.data_folder import data_folder
from alfred.demo.acme import NAME
from alfred.demo.clock import Advanced, let_pass
from alfred.demo.living import ZONE
from alfred.demo.making import Start, make_demo
from alfred.ids import EngineIds
from alfred.settings import load_settings
from alfred.stop import Exit, Stop
from core.engine import Engine

app = typer.Typer(help="For demo databases only.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Its folder; by default .alfred.")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"], help=f"What time it is there, in {ZONE}."),
]


@app.callback()
def demo() -> None:
    """Play with a demo."""


@dataclass(frozen=True, slots=True)
class Made:
    """Where a demo lies."""

    data: str


@app.command()
def new(
    *,
    data: Data = None,
    on: On = None,
    calls: Annotated[bool, typer.Option("--calls/--no-calls", help="Whether a month of calls lies behind it.")] = True,
    json: Json = False,
) -> None:
    """Make a demo without starting a server; with --on and --no-calls every figure in it is known."""
    folder = data_folder(data)
    folder.prepare()
    with folder.in_use():
        if folder.is_made:
            raise Stop(
                f"{folder.path} holds a demo already; `alfred up --demo --fresh` starts over.", code=Exit.REFUSED
            )
        start = Start(at=None if on is None else on.replace(tzinfo=ZONE), with_calls=calls)
        asyncio.run(make_demo(folder, load_settings(defaults=folder.defaults()), start=start))
    show(Made(str(folder.path)), f"{NAME} lives in {folder.path} now.", json=json)


@app.command()
def advance(
    by: Annotated[str, typer.Argument(metavar="DURATION", help="45m, 12h, 7d, 2w.")], *, json: Json = False
) -> None:
    """Let time pass in the demo, and do what falls due; a running server follows within a second."""
    advanced = asyncio.run(_advanced(by))
    show(advanced, advanced.told, json=json)


async def _advanced(by: str) -> Advanced:
    async with database_alone() as database:
        _, offset = await read_deployment(database)
        clock = EngineClock(WallClock(), offset=offset)
        engine = Engine(database, clock=clock, new_id=EngineIds(clock))
        return await let_pass(duration(by), engine, database=database, clock=clock)
