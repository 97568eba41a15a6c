"""`alfred admin db upgrade | check`."""

from __future__ import annotations

import asyncio

import typer

from alfred.cli.printing import Json, show
from alfred.data_folder import local_defaults
from alfred.settings import load_settings
from alfred.stop import Exit
from alfred.wiring import open_database, upgrade_tables
from core.storage import migrate
from core.storage.migrate import Revision

app = typer.Typer(help="The tables.", no_args_is_help=True)


@app.command()
def upgrade(*, json: Json = False) -> None:
    """Bring the database to this version, keeping what is in it."""
    before, after = asyncio.run(_upgraded())
    done = "The database is up to date" if before == after else "The database was upgraded"
    show({"from": before.current, "to": after.current}, f"{done}: revision {after.current}.", json=json)


@app.command()
def check(*, json: Json = False) -> None:
    """Compare the tables with what this version needs; exit 1 when they differ."""
    differences = asyncio.run(_checked())
    show({"differences": differences}, "\n".join(differences) or "The database has the right tables.", json=json)
    if differences:
        raise typer.Exit(Exit.REFUSED)


async def _upgraded() -> tuple[Revision, Revision]:
    async with open_database(load_settings(defaults=local_defaults())) as opened:
        before = await migrate.revision(opened)
        await upgrade_tables(opened)
        return before, await migrate.revision(opened)


async def _checked() -> list[str]:
    async with open_database(load_settings(defaults=local_defaults())) as opened:
        return await migrate.check(opened)
