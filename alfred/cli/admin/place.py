"""`alfred admin department … | team …`: create, list, change, move, archive. Projects add their members."""

from __future__ import annotations

from typing import Annotated

import typer

from alfred.cli.admin.options import Org
from alfred.cli.admin.reading import node_id, units_of
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from core.directory.archive_node import ArchiveNode, NodeArchived
from core.directory.change_node import ChangeNode, NodeChanged
from core.directory.create_node import CreateNode, NodeCreated
from core.directory.move_node import MoveNode, NodeMoved
from core.directory.show_tree import NodeLine, Tree
from core.directory.tree import NodeKind
from core.directory.units import Units

Under = Annotated[str | None, typer.Option("--in", help="What it belongs to; by default the organization.")]
Place = Annotated[str, typer.Argument(metavar="PLACE", help="A name or an id.")]
NewName = Annotated[str, typer.Option("--name", help="Another name.")]


def commands_for(kind: NodeKind) -> typer.Typer:
    """The commands for one kind of node."""
    app = typer.Typer(help=f"{kind.value.capitalize()}s.", no_args_is_help=True)
    for add in (_add_create, _add_list, _add_change, _add_move, _add_archive):
        add(app, kind)
    return app


def _add_create(app: typer.Typer, kind: NodeKind) -> None:
    @app.command(help=f"Create a {kind.value}.")
    def create(name: str, *, under: Under = None, org: Org = None, json: Json = False) -> None:
        async def work(operator: Operator) -> NodeCreated:
            parent = operator.organization_id if under is None else await node_id(operator, under)
            return await operator.run(CreateNode, kind=kind, name=name, parent_id=parent)

        made = act(work, organization=org)
        show(made, f"Created the {kind.value} {made.name}: {made.node_id}.", json=json)


def _add_list(app: typer.Typer, kind: NodeKind) -> None:
    @app.command(name="list", help=f"List the {kind.value}s.")
    def list_(*, org: Org = None, json: Json = False) -> None:
        async def work(operator: Operator) -> tuple[NodeLine, ...]:
            return await operator.ask(Tree, with_archived=True)

        lines = act(work, organization=org)
        names = {line.id: line.name for line in lines}
        chosen = [line for line in lines if line.kind == kind]
        if json:
            typer.echo(as_json(chosen))
            return
        rows = [
            (line.name + (" (archived)" if line.is_archived else ""), names[line.parent_id or line.id], line.id)
            for line in chosen
        ]
        table(["name", "in", "id"], rows, nothing=f"There is no {kind.value} yet.")


def _add_change(app: typer.Typer, kind: NodeKind) -> None:
    @app.command(help=f"Rename a {kind.value}.")
    def change(place: Place, *, name: NewName, org: Org = None, json: Json = False) -> None:
        async def work(operator: Operator) -> NodeChanged:
            return await operator.run(ChangeNode, node_id=await node_id(operator, place, kinds=[kind]), name=name)

        receipt = act(work, organization=org)
        show(receipt, f"{receipt.before} is called {receipt.name} now.", json=json)


def _add_move(app: typer.Typer, kind: NodeKind) -> None:
    @app.command(help=f"Move a {kind.value} under another parent.")
    def move(place: Place, to: Place, *, org: Org = None, json: Json = False) -> None:
        async def work(operator: Operator) -> NodeMoved:
            node, parent = await node_id(operator, place, kinds=[kind]), await node_id(operator, to)
            return await operator.run(MoveNode, node_id=node, parent_id=parent)

        show(act(work, organization=org), f"Moved {place} to {to}.", json=json)


def _add_archive(app: typer.Typer, kind: NodeKind) -> None:
    @app.command(help=f"Archive a {kind.value}, for good; its credits go to its parent.")
    def archive(place: Place, *, org: Org = None, json: Json = False) -> None:
        async def work(operator: Operator) -> tuple[NodeArchived, Units]:
            node = await node_id(operator, place, kinds=[kind])
            return await operator.run(ArchiveNode, node_id=node), await units_of(operator)

        receipt, units = act(work, organization=org)
        show(receipt, f"Archived {place}: {units.show(receipt.credits)} went back.", json=json)


department = commands_for(NodeKind.DEPARTMENT)
team = commands_for(NodeKind.TEAM)
