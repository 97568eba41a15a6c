"""`alfred admin keys new | list | revoke`."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.reading import person_id
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from alfred.wiring import KEY_PEPPER
from core.directory.create_key import CreateKey
from core.directory.key_making import Environment, KeyCreated
from core.directory.keys import RANDOM_BYTES, Secret, new_secret
from core.directory.list_keys import KeyLine, ListKeys
from core.directory.revoke_key import KeyRevoked, RevokeKey

app = typer.Typer(help="API keys.", no_args_is_help=True)


@app.command()
def new(
    who: Who,
    name: Annotated[str, typer.Argument(help="What it is for: laptop, ci.")] = "key",
    *,
    environment: Annotated[Environment, typer.Option("--environment", help="What its usage counts as.")] = (
        Environment.PRODUCTION
    ),
    expires: Annotated[datetime | None, typer.Option("--expires", help="When it ends by itself; local time.")] = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Make a key for a person or a service account; it is shown this once."""

    async def work(operator: Operator) -> tuple[KeyCreated, Secret]:
        secret = new_secret(secrets.token_bytes(RANDOM_BYTES))
        receipt = await operator.run(
            CreateKey,
            user_id=await person_id(operator, who),
            name=name,
            digest=secret.digest(operator.settings.derived_key(KEY_PEPPER)),
            hint=secret.hint,
            environment=environment,
            expires_at=None if expires is None else expires.astimezone(),
        )
        return receipt, secret

    receipt, secret = act(work, organization=org)
    lines = f"{secret.text}\nThis is {who}'s new key {receipt.name}. Keep it: it is not shown again."
    show(asdict(receipt) | {"key": secret.text}, lines, json=json)


@app.command(name="list")
def list_(who: Who, *, org: Org = None, json: Json = False) -> None:
    """List somebody's keys; the keys themselves are never shown again."""

    async def work(operator: Operator) -> tuple[KeyLine, ...]:
        return await operator.ask(ListKeys, user_id=await person_id(operator, who))

    lines = act(work, organization=org)
    if json:
        typer.echo(as_json(lines))
        return
    rows = [(line.name, line.hint, f"{line.created_at:%Y-%m-%d}", _state(line), line.id) for line in lines]
    table(["name", "key", "made", "state", "id"], rows, nothing=f"{who} has no keys.")


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id: key_…")], *, org: Org = None, json: Json = False
) -> None:
    """End a key now; every server refuses it within two seconds."""

    async def work(operator: Operator) -> KeyRevoked:
        return await operator.run(RevokeKey, key_id=key)

    receipt = act(work, organization=org)
    show(receipt, f"Revoked {receipt.name} ({receipt.key_id}).", json=json)


def _state(line: KeyLine) -> str:
    if line.revoked_at is not None:
        return f"revoked {line.revoked_at:%Y-%m-%d}"
    return f"{line.environment}" + ("" if line.expires_at is None else f", until {line.expires_at:%Y-%m-%d}")
