"""`alfred admin slack install-link | workspace | person`: how it is installed, whose workspace it is, who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from alfred.cli.admin.linking import link_person, link_workspace
from alfred.cli.admin.options import Org, Who
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, show
from alfred.clocks import WallClock
from alfred.stop import Stop
from bot.slack.install.links import INSTALL_PATH, LINK_KEY, InstallLink
from core.directory.platforms import Platform

app = typer.Typer(help="Slack workspaces and accounts.", no_args_is_help=True)

Workspace = Annotated[str, typer.Argument(metavar="TEAM_ID", help="Slack's id of the workspace: T…")]


@dataclass(frozen=True, slots=True)
class Link:
    """What an administrator opens in a browser."""

    url: str
    expires_at: datetime


@app.command("install-link")
def install_link(
    *,
    hours: Annotated[int, typer.Option("--hours", min=1, max=24 * 30, help="How long the link is good.")] = 48,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="TEAM_ID", help="Good for this workspace alone.")
    ] = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Make the link by which a Slack administrator installs Alfred for this organization."""

    async def work(operator: Operator) -> Link:
        slack = operator.settings.slack
        if slack is None or slack.public_url is None:
            raise Stop(
                "Nothing to install by link: slack.client_id, slack.client_secret and slack.public_url are missing."
            )
        link = InstallLink(
            organization_id=operator.organization_id,
            actor_id=operator.actor.id,
            workspace_id=workspace,
            expires_at=WallClock().now() + timedelta(hours=hours),
        )
        signed = link.signed(operator.settings.derived_key(LINK_KEY))
        return Link(f"{slack.public_url}{INSTALL_PATH}?link={signed}", link.expires_at)

    made = act(work, organization=org)
    show(
        made, f"{made.url}\n\nGood until {made.expires_at:%Y-%m-%d %H:%M} UTC, for this organization alone.", json=json
    )


@app.command()
def workspace(team_id: Workspace, *, org: Org = None, json: Json = False) -> None:
    """Say that a workspace is this organization's; people are then known by their verified address."""
    link_workspace(Platform.SLACK, team_id, org=org, json=json)


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
    link_person(Platform.SLACK, who, workspace_id=team_id, external_id=member_id, org=org, json=json)
