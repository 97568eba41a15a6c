"""`alfred admin outbox list | show | replay`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Row, Select, func, select

from alfred.cli.admin.options import Org
from alfred.cli.admin.reading import person_id, rows
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from alfred.stop import Exit, Stop
from core.notify.replay_deliveries import DeliveriesReplayed, ReplayDeliveries
from core.notify.states import DeliveryState
from core.storage.tables import deliveries, outbox, users

app = typer.Typer(help="What people and integrations are told.", no_args_is_help=True)

Moment = Annotated[datetime | None, typer.Option(help="When it happened, local time.")]
Channel = Annotated[str | None, typer.Option("--channel", help="in_app, …")]
To = Annotated[str | None, typer.Option("--to", metavar="PERSON", help="A handle, an address or an id.")]


@app.callback()
def messages() -> None:
    """See what did not arrive, and send it once more."""


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One event on its way to one recipient. `next_try` is the wall clock's, while it waits."""

    event_id: str
    type: str
    at: datetime
    channel: str
    recipient: str
    state: str
    attempts: int
    next_try: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event with its deliveries; not `is_dispatched`: nobody has looked yet who must hear it."""

    event_id: str
    type: str
    at: datetime
    is_dispatched: bool
    payload: Mapping[str, Any]
    deliveries: tuple[DeliveryLine, ...]


@app.command(name="list")
def list_(
    *,
    state: Annotated[DeliveryState | None, typer.Option("--state", help="By default what has not arrived.")] = None,
    channel: Channel = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000)] = 50,
    org: Org = None,
    json: Json = False,
) -> None:
    """List deliveries, newest event first: by default dead letters and what waits."""
    wanted = [state.value] if state else [DeliveryState.DEAD.value, DeliveryState.WAITING.value]

    async def work(operator: Operator) -> list[DeliveryLine]:
        lines = _lines(operator.organization_id).where(deliveries.c.state.in_(wanted)).limit(limit)
        if channel is not None:
            lines = lines.where(deliveries.c.channel == channel)
        return [_line(row) for row in await rows(operator, lines)]

    found = act(work, organization=org)
    if json:
        typer.echo(as_json(found))
        return
    _print(found, nothing="Everything has arrived." if state is None else "There is nothing of that kind.")


@app.command(name="show")
def show_(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="evt_…")], *, org: Org = None, json: Json = False
) -> None:
    """Show an event and every delivery of it."""

    async def work(operator: Operator) -> OutboxEvent:
        mine = (outbox.c.organization_id == operator.organization_id, outbox.c.id == event)
        found = await rows(operator, select(outbox).where(*mine))
        if not found:
            raise Stop(
                f"There is no event {event}; `alfred admin outbox list` lists what has not arrived.", code=Exit.REFUSED
            )
        lines = await rows(operator, _lines(operator.organization_id).where(outbox.c.id == event))
        return _event(found[0], tuple(map(_line, lines)))

    told = act(work, organization=org)
    if json:
        typer.echo(as_json(told))
        return
    typer.echo(f"{told.type}, {told.at:%Y-%m-%d %H:%M} UTC\n{as_json(told.payload)}\n")
    _print(told.deliveries, nothing="Nobody hears of it." if told.is_dispatched else "It waits for the dispatcher.")


@app.command()
def replay(
    event: Annotated[str | None, typer.Argument(metavar="[EVENT]", help="evt_…")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    channel: Channel = None,
    to: To = None,
    type_: Annotated[str | None, typer.Option("--type", help="transfer.completed, …")] = None,
    since: Moment = None,
    until: Moment = None,
    org: Org = None,
    json: Json = False,
) -> None:
    """Send dead letters once more: of one event, or all that fit every option that is given."""
    if everything == any((event, channel, to, type_, since, until)):
        raise Stop("Which dead letters? Name an event, --channel, --to, --type, --since or --until; or only --all.")

    async def work(operator: Operator) -> DeliveriesReplayed:
        return await operator.run(
            ReplayDeliveries,
            event_id=event,
            channel=channel,
            recipient_id=None if to is None else await person_id(operator, to),
            type=type_,
            since=None if since is None else since.astimezone(),
            until=None if until is None else until.astimezone(),
        )

    receipt = act(work, organization=org)
    count = receipt.count
    show(receipt, f"{count:,} dead letter{'' if count == 1 else 's'} on the way again.", json=json)


def _lines(organization_id: str) -> Select[Any]:
    return (
        select(
            deliveries,
            outbox.c.type,
            outbox.c.at,
            func.coalesce(users.c.handle, deliveries.c.recipient_id).label("who"),
        )
        .join(
            outbox,
            (outbox.c.organization_id == deliveries.c.organization_id) & (outbox.c.id == deliveries.c.event_id),
        )
        .outerjoin(
            users,
            (users.c.organization_id == deliveries.c.organization_id) & (users.c.id == deliveries.c.recipient_id),
        )
        .where(deliveries.c.organization_id == organization_id)
        .order_by(outbox.c.at.desc(), outbox.c.id.desc(), deliveries.c.channel, "who")
    )


def _line(row: Row[Any]) -> DeliveryLine:
    next_try = (row.leased_until or row.due_at) if row.state == DeliveryState.WAITING.value else None
    return DeliveryLine(
        event_id=row.event_id,
        type=row.type,
        at=row.at,
        channel=row.channel,
        recipient=row.who,
        state=row.state,
        attempts=row.attempts,
        next_try=next_try,
        error=row.error,
    )


def _event(row: Row[Any], lines: tuple[DeliveryLine, ...]) -> OutboxEvent:
    return OutboxEvent(row.id, row.type, row.at, row.dispatched_at is not None, row.payload, lines)


def _print(lines: list[DeliveryLine] | tuple[DeliveryLine, ...], *, nothing: str) -> None:
    cells = [
        (
            line.event_id,
            f"{line.at:%Y-%m-%d %H:%M}",
            line.type,
            f"{line.channel}: @{line.recipient}" if line.recipient else line.channel,
            line.state,
            str(line.attempts),
            line.error or "",
        )
        for line in lines
    ]
    table(["event", "when (UTC)", "what", "to", "state", ">tries", "why"], cells, nothing=nothing)
