"""`alfred admin policy show | check | apply | diff | explain | dry-run`."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from alfred.cli.admin.options import Org, Who
from alfred.cli.admin.reading import node_id, person_id, units_of
from alfred.cli.durations import duration
from alfred.cli.operator import Operator, act
from alfred.cli.printing import WHOLE, Json, as_json, show, table
from alfred.stop import Exit, Stop
from core.directory.apply_policy import ApplyPolicy, PoliciesApplied
from core.directory.explain_policy import ExplainPolicy, PolicyValue
from core.directory.show_policies import PolicyVersion, ShowPolicies
from core.directory.tree import NodeKind
from core.directory.units import Units
from core.policy.documents import changes, read_documents, split
from core.policy.yaml_reading import Unusable
from core.transfers.try_policy import DryRun, TryPolicy

PLACES: Final = (NodeKind.ORGANIZATION, NodeKind.DEPARTMENT, NodeKind.TEAM)

app = typer.Typer(help="The rules: what may be sent, drawn, granted, moved.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="YAML with one or more policy documents.")]
Scope = Annotated[
    str | None, typer.Option("--scope", metavar="PLACE", help="A department or team; by default the organization.")
]


@app.callback()
def policy() -> None:
    """Read and set the rules. What a document does not say comes from above, in the end from what is built in."""


@app.command(name="show")
def show_(
    *,
    scope: Scope = None,
    history: Annotated[bool, typer.Option("--history", help="Every version, with what it changed.")] = False,
    org: Org = None,
    json: Json = False,
) -> None:
    """Print the documents of a place as YAML."""

    async def work(operator: Operator) -> tuple[PolicyVersion, ...]:
        return await operator.ask(ShowPolicies, scope_id=await _place(operator, scope), with_history=history)

    versions = act(work, organization=org)
    if json:
        typer.echo(as_json(versions))
        return
    if not versions:
        typer.echo("# Nothing is set here; `alfred admin policy explain PERSON` shows what counts.")
    for version in versions:
        typer.echo(f"# {version.kind}, version {version.version}, {version.applied_at:%Y-%m-%d %H:%M} UTC", nl=False)
        typer.echo(f", by {version.author_id}")
        for line in _changed(version.changes) if history else ():
            typer.echo(f"#   {line}")
        typer.echo(yaml.safe_dump({version.kind: version.document}, sort_keys=False), nl=False)


@app.command()
def check(file: File) -> None:
    """Say everything that is wrong with a file, by line and field; exit 2 when something is."""
    _checked(file)
    typer.echo(f"{file} can be used.")


@app.command()
def apply(file: File, *, scope: Scope = None, org: Org = None, json: Json = False) -> None:
    """Let the documents of a file count from now on, each as a new version."""
    text = _checked(file)

    async def work(operator: Operator) -> PoliciesApplied:
        return await operator.run(ApplyPolicy, scope_id=await _place(operator, scope), text=text)

    receipt = act(work, organization=org)
    lines = [
        f"{one.kind} is at version {one.version} now: {'; '.join(_changed(one.changes)) or 'nothing changed'}."
        for one in receipt.documents
    ]
    show(receipt, "\n".join(lines), json=json)


@app.command()
def diff(file: File, *, scope: Scope = None, org: Org = None, json: Json = False) -> None:
    """Say what applying a file would change at a place."""
    documents = split(_checked(file))

    async def work(operator: Operator) -> dict[str, dict[str, tuple[Any, Any]]]:
        found = await operator.ask(ShowPolicies, scope_id=await _place(operator, scope))
        standing = {version.kind: version.document for version in found}
        return {one.kind: changes(before=standing.get(one.kind, {}), after=one.values) for one in documents}

    told = act(work, organization=org)
    lines = [f"{kind}.{line}" for kind, fields in told.items() for line in _changed(fields)]
    show(told, "\n".join(lines) or "Nothing would change.", json=json)


@app.command()
def explain(who: Who, *, org: Org = None, json: Json = False) -> None:
    """Show every rule that counts for a person, and where it was set."""

    async def work(operator: Operator) -> tuple[PolicyValue, ...]:
        return await operator.ask(ExplainPolicy, user_id=await person_id(operator, who))

    values = act(work, organization=org)
    if json:
        typer.echo(as_json(values))
        return
    rows = [row for kind, found in groupby(values, attrgetter("kind")) for row in ((kind, "", ""), *map(_row, found))]
    table([f"{WHOLE}rule", "value", f"{WHOLE}set by"], rows, nothing="")


@app.command(name="dry-run")
def dry_run(
    file: File,
    *,
    last: Annotated[str, typer.Option("--last", metavar="DURATION", help="7d, 4w.")] = "30d",
    scope: Scope = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Try a transfer policy on what was sent lately; nothing changes. Circles and returns are left out."""
    text, span = _checked(file), duration(last)

    async def work(operator: Operator) -> tuple[DryRun, Units]:
        since = operator.engine.clock.now() - min(span, timedelta(days=366))
        tried = await operator.ask(TryPolicy, scope_id=await _place(operator, scope), text=text, since=since)
        return tried, await units_of(operator)

    tried, units = act(work, organization=org)
    if json:
        typer.echo(as_json(tried))
        return
    rows = [(f"{met.at:%Y-%m-%d %H:%M}", f"@{met.sender}", units.show(met.total), met.because) for met in tried.met]
    table(["when (UTC)", "who", ">amount", "would meet"], rows, nothing="Nothing would have been refused.")
    typer.echo(f"{len(tried.met)} of {tried.looked_at} transfers would not have gone through as they were.")


async def _place(operator: Operator, scope: str | None) -> str:
    return operator.organization_id if scope is None else await node_id(operator, scope, kinds=PLACES)


def _checked(file: Path) -> str:
    """The text of a file in which nothing is wrong by itself. Raises Stop with every problem."""
    try:
        text = file.read_text(encoding="utf-8")
        read_documents(text)
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.", code=Exit.USAGE) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not UTF-8 text.", code=Exit.USAGE) from None
    except Unusable as error:
        told = [f"{file}:{item.line}: {' '.join(filter(None, (item.field, item.why)))}." for item in error.problems]
        raise Stop("\n".join(told), code=Exit.USAGE) from None
    return text


def _changed(fields: dict[str, Any]) -> list[str]:
    return [f"{field}: {_yaml(before)} → {_yaml(after)}" for field, (before, after) in fields.items()]


def _yaml(value: object) -> str:
    """One value in one line; `–` where a document says nothing."""
    if value is None:
        return "–"
    return yaml.safe_dump(value, default_flow_style=True, width=1_000).removesuffix("\n").removesuffix("\n...")


def _row(value: PolicyValue) -> tuple[str, str, str]:
    """Of a list one item on each line, so that it fits beside the longest rule."""
    items = value.value if isinstance(value.value, list) else [value.value]
    return f"  {value.field}", "\n".join(map(_item, items)), _origin(value)


def _item(value: Any) -> str:  # noqa: ANN401  YAML has this type
    return f"{value['approver']} ≤ {value['limit']}" if isinstance(value, dict) else _yaml(value)


def _origin(value: PolicyValue) -> str:
    return "built in" if value.place is None else f"{value.place}, version {value.version}"
