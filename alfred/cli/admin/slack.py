"""`alfred admin slack workspace | person`: whose workspace it is, and who is who in it."""

from __future__ import annotations

from typing import Annotated

import typer

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.reading import person_id
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, show
from core.directory.link_identity import IdentityLinked, LinkIdentity
from core.directory.link_workspace import LinkWorkspace, WorkspaceLinked
from core.directory.platforms import Platform

app = typer.Typer(help="Slack workspaces and accounts.", no_args_is_help=True)

Workspace = Annotated[str, typer.Argument(metavar="TEAM_ID", help="Slack's id of the workspace: T…")]


@app.command()
def workspace(team_id: Workspace, *, org: Org = None, json: Json = False) -> None:
    """Say that a workspace is this organization's; people are then known by their verified address."""

    async def work(operator: Operator) -> WorkspaceLinked:
        return await operator.run(LinkWorkspace, platform=Platform.SLACK, workspace_id=team_id)

    show(act(work, organization=org), f"{team_id} belongs to this organization.", json=json)


@app.command()
def person(
    who: Who,
    team_id: Workspace,
    member_id: Annotated[str, typer.Argument(metavar="MEMBER_ID", help="Slack's id of the person: U…")],
    *,
    org: Org = None,
    json: Json = False,
) -> None:
    """Say who a Slack account is."""

    async def work(operator: Operator) -> IdentityLinked:
        return await operator.run(
            LinkIdentity,
            user_id=await person_id(operator, who),
            platform=Platform.SLACK,
            workspace_id=team_id,
            external_id=member_id,
        )

    show(act(work, organization=org), f"{member_id} in {team_id} is {who}.", json=json)
