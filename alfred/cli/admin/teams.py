"""`alfred admin teams tenant | person`: whose Microsoft 365 tenant it is, and who is who."""

from __future__ import annotations

from typing import Annotated

import typer

from alfred.cli.admin.linking import link_person, link_workspace
from alfred.cli.admin.options import Org, Who
from alfred.cli.printing import Json
from core.directory.platforms import Platform

app = typer.Typer(help="Microsoft Teams: tenants and accounts.", no_args_is_help=True)

Tenant = Annotated[str, typer.Argument(metavar="TENANT_ID", help="The id of the Microsoft 365 tenant, a GUID.")]


@app.command()
def tenant(tenant_id: Tenant, *, org: Org = None, json: Json = False) -> None:
    """Say that a tenant is this organization's; its members are then known by their address."""
    link_workspace(Platform.TEAMS, tenant_id, org=org, json=json)


@app.command()
def person(
    who: Who,
    tenant_id: Tenant,
    object_id: Annotated[str, typer.Argument(metavar="OBJECT_ID", help="The person's object id in Microsoft Entra.")],
    *,
    org: Org = None,
    json: Json = False,
) -> None:
    """Say who a Teams account is."""
    link_person(Platform.TEAMS, who, workspace_id=tenant_id, external_id=object_id, org=org, json=json)
