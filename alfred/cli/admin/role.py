"""`alfred admin role grant | revoke`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.reading import node_id, person_id
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, show
from core.access.matrix import Role
from core.directory.grant_role import GrantRole, RoleGranted
from core.directory.revoke_role import RevokeRole, RoleRevoked

app = typer.Typer(help="Roles at places.", no_args_is_help=True)

At = Annotated[str | None, typer.Option("--at", help="A department or team; by default the organization.")]
What = Annotated[Role, typer.Argument(metavar="ROLE", help=", ".join(Role))]


@app.command()
def grant(
    who: Who,
    role: What,
    *,
    at: At = None,
    until: Annotated[datetime | None, typer.Option("--until", help="When it ends by itself; local time.")] = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Give a person a role at a place, for good or until a day."""

    async def work(operator: Operator) -> RoleGranted:
        user, scope = await person_id(operator, who), await _scope(operator, at)
        ends_at = None if until is None else until.astimezone()
        return await operator.run(GrantRole, user_id=user, role=role, scope_id=scope, ends_at=ends_at)

    receipt = act(work, organization=org)
    show(receipt, f"{who} is {role.value} at {at or 'the organization'}.", json=json)


@app.command()
def revoke(who: Who, role: What, *, at: At = None, org: Org = None, json: Json = False) -> None:
    """End a person's role at a place."""

    async def work(operator: Operator) -> RoleRevoked:
        user, scope = await person_id(operator, who), await _scope(operator, at)
        return await operator.run(RevokeRole, user_id=user, role=role, scope_id=scope)

    receipt = act(work, organization=org)
    show(receipt, f"{who} is no longer {role.value} at {at or 'the organization'}.", json=json)


async def _scope(operator: Operator, at: str | None) -> str:
    return operator.organization_id if at is None else await node_id(operator, at)
