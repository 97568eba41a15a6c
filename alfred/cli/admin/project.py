"""`alfred admin project …`: what all places have, and members."""

from __future__ import annotations

from typing import Annotated

import typer

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.place import commands_for
from alfred.cli.admin.reading import members as members_of
from alfred.cli.admin.reading import node_id, person_id
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show
from core.directory.join_project import JoinProject, ProjectJoined
from core.directory.leave_project import LeaveProject, ProjectLeft
from core.directory.tree import NodeKind

app = commands_for(NodeKind.PROJECT)

Project = Annotated[str, typer.Argument(metavar="PROJECT", help="A name or an id.")]


@app.command()
def add(project: Project, who: Who, *, org: Org = None, json: Json = False) -> None:
    """Add a person: their calls may name the project, and its budget pays."""

    async def work(operator: Operator) -> ProjectJoined:
        node, user = await _both(operator, project=project, who=who)
        return await operator.run(JoinProject, project_id=node, user_id=user)

    receipt = act(work, organization=org)
    show(receipt, f"{who} {'was' if receipt.was_member else 'is'} in {project}.", json=json)


@app.command()
def remove(project: Project, who: Who, *, org: Org = None, json: Json = False) -> None:
    """Take a person out of a project."""

    async def work(operator: Operator) -> ProjectLeft:
        node, user = await _both(operator, project=project, who=who)
        return await operator.run(LeaveProject, project_id=node, user_id=user)

    receipt = act(work, organization=org)
    show(receipt, f"{who} {'has left' if receipt.was_member else 'was not in'} {project}.", json=json)


@app.command()
def members(project: Project, *, org: Org = None, json: Json = False) -> None:
    """List who is in a project."""

    async def work(operator: Operator) -> list[str]:
        return await members_of(operator, await node_id(operator, project, kinds=[NodeKind.PROJECT]))

    handles = act(work, organization=org)
    typer.echo(as_json(handles) if json else ", ".join(f"@{handle}" for handle in handles) or "Nobody is in it yet.")


async def _both(operator: Operator, *, project: str, who: str) -> tuple[str, str]:
    return await node_id(operator, project, kinds=[NodeKind.PROJECT]), await person_id(operator, who)
