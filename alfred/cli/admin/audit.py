"""`alfred admin audit query | export | verify | head | key`."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

import typer

from alfred.cli.admin.audit_export import Form, written
from alfred.cli.admin.audit_seals import head, key, verify
from alfred.cli.admin.options import Org
from alfred.cli.admin.reading import credits_in, names_of, owner_id, person_id, units_of
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, table
from core.audit.filters import AuditLine, Wanted
from core.audit.query import AuditPage, QueryAudit
from core.directory.units import Units

LONG: Final = 20
"""Characters of an id behind its prefix; those that we make have 26."""

app = typer.Typer(help="Who changed what.", no_args_is_help=True)

Moment = Annotated[datetime | None, typer.Option(help="Local time.")]
By = Annotated[str | None, typer.Option("--by", metavar="PERSON", help="Who did it.")]
About = Annotated[str | None, typer.Option("--about", metavar="OWNER", help="A person or place.")]
Least = Annotated[str | None, typer.Option("--at-least", metavar="AMOUNT", help="Of this much or more, 100k.")]
Most = Annotated[str | None, typer.Option("--at-most", metavar="AMOUNT", help="Of this much or less.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="transfer.completed, key.created, …")]


@app.callback()
def audit() -> None:
    """Read the audit trail, which is itself written there."""


@app.command()
def query(
    *,
    by: By = None,
    about: About = None,
    type_: Types = None,
    least: Least = None,
    most: Most = None,
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 20,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Where the page before ended.")] = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """List events, newest first."""

    async def work(operator: Operator) -> tuple[AuditPage, dict[str, str], Units]:
        wanted = await _wanted(operator, by=by, about=about, types=type_, amounts=(least, most), times=(since, until))
        page = await operator.run(QueryAudit, **asdict(wanted), limit=limit, cursor=cursor)
        return page, await names_of(operator), await units_of(operator)

    page, names, units = act(work, organization=org)
    if json:
        typer.echo(as_json(page))
        return
    cells = [_cells(line, names=names, units=units) for line in page.events]
    table(["when (UTC)", "who", "=what", "about", ">amount"], cells, nothing="Nothing of that kind happened.")
    if page.cursor is not None:
        typer.echo(f"More: --cursor {shlex.quote(page.cursor)}")


app.command(name="list", hidden=True)(query)


@app.command()
def export(
    *,
    form: Annotated[Form, typer.Option("--format", help="For a spreadsheet, or one JSON object a line.")] = Form.JSONL,
    by: By = None,
    about: About = None,
    type_: Types = None,
    least: Least = None,
    most: Most = None,
    since: Moment = None,
    until: Moment = None,
    org: Org = None,
) -> None:
    """Write all events of a kind to standard output, oldest first. The trail says that you did."""

    async def work(operator: Operator) -> None:
        wanted = await _wanted(operator, by=by, about=about, types=type_, amounts=(least, most), times=(since, until))
        async for lines in written(operator, wanted, form=form):
            typer.echo(lines, nl=False)

    act(work, organization=org)


app.command()(verify)
app.command()(head)
app.command()(key)


async def _wanted(
    operator: Operator,
    *,
    by: str | None,
    about: str | None,
    types: list[str] | None,
    amounts: tuple[str | None, str | None],
    times: tuple[datetime | None, datetime | None],
) -> Wanted:
    since, until = (None if moment is None else moment.astimezone() for moment in times)
    least, most = [None if amount is None else await credits_in(operator, amount) for amount in amounts]
    return Wanted(
        actor_id=None if by is None else await person_id(operator, by),
        subject_id=None if about is None else await owner_id(operator, about),
        types=tuple(types or ()),
        least=least,
        most=most,
        since=since,
        until=until,
    )


def _cells(line: AuditLine, *, names: dict[str, str], units: Units) -> tuple[str, ...]:
    return (
        f"{line.at:%Y-%m-%d %H:%M}",
        names.get(line.actor_id, line.actor_id),
        line.type,
        names.get(line.subject_id or "", _short(line.subject_id or "")),
        "" if line.amount is None else units.show_short(line.amount),
    )


def _short(id_: str) -> str:
    """An id as far as eyes need it; --json has all of it."""
    prefix, _, rest = id_.rpartition("_")
    return f"{prefix}_…{rest[-6:]}" if prefix and len(rest) > LONG else id_
