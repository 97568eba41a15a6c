"""`alfred admin ledger verify`."""

from __future__ import annotations

import asyncio

import typer

from alfred.cli.printing import Json, as_json, table
from alfred.data_folder import local_defaults
from alfred.settings import load_settings
from alfred.stop import Exit
from alfred.wiring import open_database, require_current
from core.ledger.verify import Report
from core.ledger.verify import verify as verify_books

app = typer.Typer(help="The books.", no_args_is_help=True)


@app.callback()
def books() -> None:
    """Look at the books."""


@app.command()
def verify(*, json: Json = False) -> None:
    """Compute every account anew from postings and holds; exit 1 when one does not agree."""
    report = asyncio.run(_report())
    if json:
        typer.echo(as_json(report))
    else:
        _print(report)
    if report.drift:
        raise typer.Exit(Exit.REFUSED)


async def _report() -> Report:
    async with open_database(load_settings(defaults=local_defaults())) as opened:
        await require_current(opened)
        return await verify_books(opened)


def _print(report: Report) -> None:
    counted = {
        "organizations": report.organizations,
        "accounts": report.accounts,
        "postings": report.postings,
        "holds": report.holds,
        "usage rows": report.usage_rows,
        "drift": len(report.drift),
    }
    for name, count in counted.items():
        typer.echo(f"{name:14}{count:>12,}")
    if report.drift:
        typer.echo("")
        found = [(drift.account or "all", drift.what, str(drift.expected), str(drift.found)) for drift in report.drift]
        table(["account", "what", "expected", "found"], found, nothing="")
    else:
        typer.echo("Every account agrees with its postings and holds.")
