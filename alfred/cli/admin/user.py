"""`alfred admin user create | list | show | change | move | deactivate`."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated

import typer

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.reading import node_id, person_id, roles_held, units_of
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from alfred.wiring import KEY_PEPPER
from core.directory.change_user import ChangeUser, UserChanged
from core.directory.create_user import BaseRole, CreateUser, Seniority, UserCreated
from core.directory.erase_person import ErasePerson, PersonErased
from core.directory.link_codes import RANDOM_BYTES, link_code_digest, new_link_code
from core.directory.list_users import MOST, ListUsers
from core.directory.make_link_code import LinkCodeMade, MakeLinkCode
from core.directory.move_user import MoveUser, UserMoved
from core.directory.people import PersonLine
from core.directory.units import Units
from core.leaving.deactivate_user import DeactivateUser, UserDeactivated

app = typer.Typer(help="People and service accounts.", no_args_is_help=True)

Home = Annotated[str | None, typer.Option("--in", help="Their team, else department; by default the organization.")]


@app.command()
def create(
    handle: str,
    name: Annotated[str | None, typer.Argument(help="The full name; by default the handle.")] = None,
    *,
    home: Home = None,
    email: Annotated[str | None, typer.Option("--email", help="Their address.")] = None,
    junior: Annotated[bool, typer.Option("--junior", help="Smaller limits at the team pool.")] = False,
    service: Annotated[bool, typer.Option("--service", help="A service account: calls the API, no person.")] = False,
    no_role: Annotated[bool, typer.Option("--no-role", help="Not a developer; grant a role afterwards.")] = False,
    org: Org = None,
    json: Json = False,
) -> None:
    """Create a person, who may spend and send, or a service account."""
    base = BaseRole.SERVICE_ACCOUNT if service else BaseRole.NONE if no_role else BaseRole.DEVELOPER

    async def work(operator: Operator) -> UserCreated:
        return await operator.run(
            CreateUser,
            handle=handle,
            name=name or handle,
            home_id=operator.organization_id if home is None else await node_id(operator, home),
            email=email,
            seniority=Seniority.JUNIOR if junior else Seniority.SENIOR,
            base_role=base,
        )

    made = act(work, organization=org)
    show(made, f"Created @{made.handle}: {made.user_id}.", json=json)


@app.command(name="list")
def list_(
    *,
    home: Home = None,
    gone: Annotated[bool, typer.Option("--gone", help="Also who has left.")] = False,
    org: Org = None,
    json: Json = False,
) -> None:
    """List people, their homes and roles."""

    async def work(operator: Operator) -> tuple[list[PersonLine], dict[str, tuple[str, ...]]]:
        under = None if home is None else await node_id(operator, home)
        return await _everybody(operator, under=under, with_inactive=gone), await roles_held(operator)

    lines, roles = act(work, organization=org)
    if json:
        typer.echo(as_json([asdict(line) | {"roles": roles.get(line.id, ())} for line in lines]))
        return
    rows = [(f"@{line.handle}", line.name, line.home, _what(line, roles.get(line.id, ()))) for line in lines]
    table(["handle", "name", "in", "roles"], rows, nothing="There is nobody yet.")


@app.command()
def change(
    who: Who,
    *,
    handle: Annotated[str | None, typer.Option("--handle", help="Another handle.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="Another address.")] = None,
    seniority: Annotated[Seniority | None, typer.Option("--seniority", help="For the limits at the pool.")] = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Change a person; what is not named stays."""

    async def work(operator: Operator) -> UserChanged:
        user = await person_id(operator, who)
        return await operator.run(ChangeUser, user_id=user, handle=handle, name=name, email=email, seniority=seniority)

    receipt = act(work, organization=org)
    show(receipt, f"@{receipt.handle}: changed {', '.join(receipt.changed) or 'nothing'}.", json=json)


@app.command()
def move(
    who: Who,
    to: Annotated[str, typer.Argument(metavar="PLACE", help="A team, a department or the organization.")],
    *,
    org: Org = None,
    json: Json = False,
) -> None:
    """Move a person to another team or department; personal credits go along, roles at the old place end."""

    async def work(operator: Operator) -> UserMoved:
        user = await person_id(operator, who)
        return await operator.run(MoveUser, user_id=user, home_id=await node_id(operator, to))

    receipt = act(work, organization=org)
    ended = ", ".join(role.role for role in receipt.ended_roles)
    show(receipt, f"Moved {who} to {to}." + (f" Roles that ended: {ended}." if ended else ""), json=json)


@app.command(name="link-code")
def link_code(who: Who, *, org: Org = None, json: Json = False) -> None:
    """Make a one-time code by which a Slack or Teams account becomes this person; it is shown this once."""

    async def work(operator: Operator) -> tuple[LinkCodeMade, str]:
        code = new_link_code(secrets.token_bytes(RANDOM_BYTES))
        digest = link_code_digest(code, pepper=operator.settings.derived_key(KEY_PEPPER))
        return await operator.run(MakeLinkCode, user_id=await person_id(operator, who), digest=digest), code

    made, code = act(work, organization=org)
    line = f"{code}\n@{made.handle} types “/alfred link {code}” in Slack or “@Alfred link {code}” in Teams, by "
    show(asdict(made) | {"code": code}, f"{line}{made.expires_at:%H:%M} UTC. It works once.", json=json)


@app.command()
def deactivate(who: Who, *, org: Org = None, json: Json = False) -> None:
    """Let a person go, for good: keys end, credits go to the team."""

    async def work(operator: Operator) -> tuple[UserDeactivated, Units]:
        user = await person_id(operator, who)
        return await operator.run(DeactivateUser, user_id=user), await units_of(operator)

    receipt, units = act(work, organization=org)
    line = f"Deactivated {who}: {units.show(receipt.credits)} went back, keys revoked: {receipt.keys_revoked}."
    show(receipt, line, json=json)


@app.command()
def erase(who: Who, *, org: Org = None, json: Json = False) -> None:
    """Take away whatever names a person who has left, for good; the books and the audit trail stay whole."""

    async def work(operator: Operator) -> PersonErased:
        return await operator.run(ErasePerson, user_id=await person_id(operator, who))

    receipt = act(work, organization=org)
    show(receipt, f"Erased {who}: from now on {receipt.user_id} is all that is known of them.", json=json)


async def _everybody(operator: Operator, *, under: str | None, with_inactive: bool) -> list[PersonLine]:
    found: list[PersonLine] = []
    after: str | None = None
    while True:
        page = await operator.ask(ListUsers, under=under, with_inactive=with_inactive, after=after, limit=MOST)
        found += page.people
        after = page.next_after
        if after is None:
            return found


def _what(line: PersonLine, roles: tuple[str, ...]) -> str:
    notes = [*roles]
    if line.seniority == Seniority.JUNIOR:
        notes.append("junior")
    if not line.is_active:
        notes.append("has left")
    return ", ".join(notes)
