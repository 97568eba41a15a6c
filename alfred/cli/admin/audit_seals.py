"""`alfred admin audit verify | head | key`: whether the trail is as it was sealed, and what shows it to others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from alfred.cli.admin.options import Org
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, table
from alfred.data_folder import local_defaults
from alfred.settings import load_settings
from alfred.stop import Exit, Stop
from alfred.wiring import audit_signer
from core.audit.sealer import Sealer, last_head
from core.audit.seals import SignedHead
from core.audit.verify import Trail
from core.audit.verify import verify as verify_trail

_HEAD: TypeAdapter[SignedHead] = TypeAdapter(SignedHead)

HeadFile = Annotated[Path | None, typer.Option("--head", metavar="FILE", help="A head that was kept elsewhere.")]
Keys = Annotated[list[str] | None, typer.Option("--key", metavar="HEX", help="An earlier public key to trust, too.")]


def verify(*, head: HeadFile = None, key: Keys = None, org: Org = None, json: Json = False) -> None:
    """Compare every event with its seal; exit 1 and name the first bad event when one does not agree."""
    kept = None if head is None else read_head(head)

    async def work(operator: Operator) -> Trail:
        if kept is not None and kept.head.organization_id != operator.organization_id:
            raise Stop(f"{head} is the head of another organization.", code=Exit.USAGE)
        trusted = [audit_signer(operator.settings).public_key, *(key or ())]
        return await verify_trail(operator.database, operator.organization_id, trusted=trusted, kept=kept)

    trail = act(work, organization=org)
    if json:
        typer.echo(as_json(trail))
    else:
        _print(trail, is_kept=kept is not None)
    if trail.flaws:
        raise typer.Exit(Exit.REFUSED)


def head(*, org: Org = None) -> None:
    """Seal what waits, and print the signed head: keep it where this server cannot write, for `verify --head`."""

    async def work(operator: Operator) -> SignedHead | None:
        sealer = Sealer(operator.database, audit_signer(operator.settings))
        await sealer.seal(operator.organization_id, now=operator.engine.clock.now())
        async with operator.database.snapshot() as connection:
            return await last_head(connection, operator.organization_id)

    signed = act(work, organization=org)
    if signed is None:
        raise Stop("Nothing has happened yet, so there is no head.")
    typer.echo(as_json(signed))


def key() -> None:
    """Print the public key with which this server's heads are checked (Ed25519, hexadecimal)."""
    typer.echo(audit_signer(load_settings(defaults=local_defaults())).public_key)


def read_head(file: Path) -> SignedHead:
    """A head as `head` printed it. Raises Stop when it cannot be read, or was changed."""
    try:
        signed = _HEAD.validate_json(file.read_bytes())
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.", code=Exit.USAGE) from None
    except ValidationError:
        raise Stop(f"{file} is no head of an audit trail.", code=Exit.USAGE) from None
    if not signed.is_genuine:
        raise Stop(f"{file} was changed: its signature does not fit it.", code=Exit.REFUSED)
    return signed


def _print(trail: Trail, *, is_kept: bool) -> None:
    counted: dict[str, Any] = {
        "sealed events": trail.events,
        "blocks": trail.blocks,
        "waiting": trail.waiting,
        "flaws": len(trail.flaws),
    }
    for name, count in counted.items():
        typer.echo(f"{name:14}{count:>12,}")
    if trail.flaws:
        typer.echo("")
        found = [(str(flaw.number or "–"), flaw.event_id or "–", flaw.what) for flaw in trail.flaws]
        table([">number", "event", "what is wrong"], found, nothing="")
    elif is_kept:
        typer.echo("Every event is as it was sealed, and the trail goes on from the head that was kept.")
    else:
        typer.echo("Every event is as it was sealed.")
        typer.echo("Only a head that was kept elsewhere can tell whether the end was cut off (--head).")
