"""`alfred admin org create | list | show | change`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from sqlalchemy import func, select

from alfred.cli.admin.options import Org
from alfred.cli.operator import Operator, act, database_alone, opened
from alfred.cli.printing import Json, as_json, show, table
from alfred.ids import new_id
from alfred.stop import Stop
from core.directory.change_organization import ChangeOrganization, OrganizationChanged
from core.directory.create_organization import CreateOrganization, OrganizationCreated
from core.directory.show_tree import NodeLine, Tree
from core.directory.units import Metering
from core.storage.tables import organizations, users

app = typer.Typer(help="Organizations.", no_args_is_help=True)

Zone = Annotated[str | None, typer.Option("--zone", help="Its time zone, such as Europe/Berlin.")]
Rate = Annotated[str | None, typer.Option("--credits-per-usd", help="The fixed rate of dollar amounts.")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="A name for a number of credits: point=1000.")]
Domains = Annotated[list[str] | None, typer.Option("--domain", help="A domain of its people's addresses.")]


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    """An organization as the list shows it."""

    id: str
    name: str
    time_zone: str
    metering: str
    people: int


@app.command()
def create(
    name: str,
    *,
    zone: Annotated[str, typer.Option("--zone", help="Its time zone, such as Europe/Berlin.")] = "UTC",
    metering: Annotated[Metering, typer.Option("--metering", help="What a credit stands for.")] = Metering.TOKENS,
    credits_per_usd: Rate = None,
    unit: Units = None,
    domain: Domains = None,
    json: Json = False,
) -> None:
    """Create an organization."""

    async def work() -> OrganizationCreated:
        async with opened(new_id("org")) as operator:
            return await operator.run(
                CreateOrganization,
                name=name,
                time_zone=zone,
                metering=metering,
                credits_per_usd=_decimal(credits_per_usd),
                custom_units=_units(unit or []),
                email_domains=tuple(domain or ()),
            )

    made = asyncio.run(work())
    show(made, f"Created {made.name}: {made.organization_id}.", json=json)


@app.command(name="list")
def list_(*, json: Json = False) -> None:
    """List the organizations of this database."""
    lines = asyncio.run(_lines())
    if json:
        typer.echo(as_json(lines))
        return
    rows = [(line.name, line.time_zone, line.metering, f"{line.people:,}", line.id) for line in lines]
    table(["name", "time zone", "metering", ">people", "id"], rows, nothing="There is no organization yet.")


@app.command(name="show")
def show_(*, org: Org = None, json: Json = False) -> None:
    """Show the tree of departments, teams and projects."""

    async def work(operator: Operator) -> tuple[NodeLine, ...]:
        return await operator.ask(Tree)

    lines = act(work, organization=org)
    if json:
        typer.echo(as_json(lines))
        return
    table(["name", "kind", "id"], [(_indented(line), line.kind, line.id) for line in lines], nothing="")


@app.command()
def change(
    *,
    org: Org = None,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    zone: Zone = None,
    metering: Annotated[Metering | None, typer.Option("--metering", help="Until credits are issued.")] = None,
    credits_per_usd: Rate = None,
    no_rate: Annotated[bool, typer.Option("--no-usd", help="No dollar amounts any more.")] = False,
    unit: Units = None,
    domain: Domains = None,
    json: Json = False,
) -> None:
    """Change an organization's settings; what is not named stays."""

    async def work(operator: Operator) -> OrganizationChanged:
        return await operator.run(
            ChangeOrganization,
            name=name,
            time_zone=zone,
            metering=metering,
            credits_per_usd=_decimal(credits_per_usd),
            without_usd_rate=no_rate,
            custom_units=None if unit is None else _units(unit),
            email_domains=None if domain is None else tuple(domain),
        )

    receipt = act(work, organization=org)
    show(receipt, f"Changed: {', '.join(receipt.changed) or 'nothing'}.", json=json)


async def _lines() -> list[OrganizationLine]:
    counted = (
        select(users.c.organization_id, func.count().label("people"))
        .where(users.c.deactivated_at.is_(None), users.c.is_service.is_(False))
        .group_by(users.c.organization_id)
        .subquery()
    )
    wanted = (
        select(organizations, counted.c.people)
        .outerjoin(counted, counted.c.organization_id == organizations.c.organization_id)
        .order_by(organizations.c.name)
    )
    async with database_alone() as database, database.snapshot() as connection:
        rows = (await connection.execute(wanted)).all()
    return [
        OrganizationLine(row.organization_id, row.name, row.time_zone, row.metering, row.people or 0) for row in rows
    ]


def _indented(line: NodeLine) -> str:
    return "  " * (len(line.path) - 1) + line.name


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Stop("--credits-per-usd is wrong: it should be a number, such as 200000.") from None


def _units(texts: list[str]) -> dict[str, int]:
    pairs = [text.partition("=")[::2] for text in texts]
    if not all(name and size.isascii() and size.isdigit() for name, size in pairs):
        raise Stop("--unit is wrong: it should be a name and its credits, such as point=1000.")
    return {name: int(size) for name, size in pairs}
