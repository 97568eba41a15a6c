"""`alfred admin quota set | show | remove` and `alfred admin credits issue | allocate | withdraw`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy import select

from alfred.cli.admin.options import Org
from alfred.cli.admin.reading import credits_in, owner_id, rows, units_of, zone_of
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from alfred.stop import Stop
from core.allocation.allocate import Allocate, Allocated
from core.allocation.issue_credits import IssueCredits, Issued
from core.allocation.remove_quota import QuotaRemoved, RemoveQuota
from core.allocation.set_quota import QuotaSet, SetQuota
from core.allocation.withdraw import Withdraw, Withdrawn
from core.directory.units import Units
from core.ledger.accounts import NEVER
from core.policy.periods import DEFAULT_ROLLOVER, Period, Rollover, RolloverError
from core.policy.quotas import quota_from
from core.storage.tables import nodes, quotas, users

app = typer.Typer(help="What is given each period.", no_args_is_help=True)
credits_app = typer.Typer(help="Credits given by hand.", no_args_is_help=True)

Whose = Annotated[str, typer.Argument(metavar="OWNER", help="@alice, or a place by name or id.")]
HowMuch = Annotated[str, typer.Argument(metavar="AMOUNT", help="10000, 10k, 2.5M, $50 (in quotes), 3 points.")]
Why = Annotated[str, typer.Option("--reason", help="For the audit trail.")]
Expires = Annotated[datetime | None, typer.Option("--expires", formats=["%Y-%m-%d"], help="The last day.")]


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota as the list shows it."""

    owner_id: str
    owner: str
    amount: int
    typed: str
    period: str
    rollover: str
    anchor: date
    valid_until: date | None
    next_refresh: datetime | None


@app.command(name="set")
def set_(
    owner: Whose,
    amount: HowMuch,
    period: Annotated[Period, typer.Argument(help="How often.")] = Period.MONTHLY,
    *,
    rollover: Annotated[str, typer.Option("--rollover", help="90 days, none, or cap 2.")] = str(DEFAULT_ROLLOVER),
    anchor: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The day that periods count from.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Grant what is more than before at once.")] = False,
    org: Org = None,
    json: Json = False,
) -> None:
    """Set what a person or place is given each period, from the budget above."""

    async def work(operator: Operator) -> tuple[QuotaSet, Units]:
        today = operator.engine.clock.now().date()
        receipt = await operator.run(
            SetQuota,
            owner_id=await owner_id(operator, owner),
            amount=await credits_in(operator, amount),
            typed=amount,
            period=period,
            anchor=today.replace(day=1) if anchor is None else anchor.date(),
            rollover=_rollover(rollover),
            grant_now=now,
        )
        return receipt, await units_of(operator)

    receipt, units = act(work, organization=org)
    lines = [f"{owner}: {units.show(receipt.amount)} {period.value}."]
    if receipt.granted_now:
        lines.append(f"Granted at once: {units.show(receipt.granted_now)}.")
    if receipt.next_refresh is not None:
        lines.append(f"Next refresh: {receipt.next_refresh:%Y-%m-%d %H:%M} UTC.")
    show(receipt, " ".join(lines), json=json)


@app.command(name="show")
def show_(*, org: Org = None, json: Json = False) -> None:
    """List all quotas."""
    lines, units = act(_quota_lines, organization=org)
    if json:
        typer.echo(as_json(lines))
        return
    cells = [(line.owner, units.show(line.amount), line.period, line.rollover, _day(line)) for line in lines]
    table(["whose", ">amount", "period", "rollover", "next refresh"], cells, nothing="There is no quota yet.")


@app.command()
def remove(owner: Whose, *, org: Org = None, json: Json = False) -> None:
    """Take a quota away; what was granted stays."""

    async def work(operator: Operator) -> QuotaRemoved:
        return await operator.run(RemoveQuota, owner_id=await owner_id(operator, owner))

    show(act(work, organization=org), f"{owner} has no quota any more.", json=json)


@credits_app.command()
def issue(amount: HowMuch, *, expires: Expires = None, reason: Why = "", org: Org = None, json: Json = False) -> None:
    """Bring new credits into the organization's budget."""

    async def work(operator: Operator) -> tuple[Issued, Units]:
        last_day = NEVER if expires is None else expires.date()
        receipt = await operator.run(
            IssueCredits, amount=await credits_in(operator, amount), expires_on=last_day, reason=reason
        )
        return receipt, await units_of(operator)

    receipt, units = act(work, organization=org)
    line = f"Issued {units.show(receipt.amount)}; the organization has {units.show(receipt.available)} to give."
    show(receipt, line, json=json)


@credits_app.command()
def allocate(
    amount: HowMuch, to: Whose, *, expires: Expires = None, reason: Why = "", org: Org = None, json: Json = False
) -> None:
    """Give credits to a person or place, from the budget right above."""

    async def work(operator: Operator) -> tuple[Allocated, Units]:
        receipt = await operator.run(
            Allocate,
            owner_id=await owner_id(operator, to),
            amount=await credits_in(operator, amount),
            expires_on=None if expires is None else expires.date(),
            reason=reason,
        )
        return receipt, await units_of(operator)

    receipt, units = act(work, organization=org)
    line = f"{to} got {units.show(receipt.amount)}; above are {units.show(receipt.available)} left."
    show(receipt, line, json=json)


@credits_app.command()
def withdraw(amount: HowMuch, source: Whose, *, reason: Why = "", org: Org = None, json: Json = False) -> None:
    """Take credits back from a person or place, into the budget right above."""

    async def work(operator: Operator) -> tuple[Withdrawn, Units]:
        receipt = await operator.run(
            Withdraw,
            owner_id=await owner_id(operator, source),
            amount=await credits_in(operator, amount),
            reason=reason,
        )
        return receipt, await units_of(operator)

    receipt, units = act(work, organization=org)
    line = f"Took {units.show(receipt.amount)} from {source}; {units.show(receipt.available)} are left there."
    show(receipt, line, json=json)


async def _quota_lines(operator: Operator) -> tuple[list[QuotaLine], Units]:
    mine = operator.organization_id
    names = {
        row.id: row.name
        for wanted in (
            select(nodes.c.id, nodes.c.name).where(nodes.c.organization_id == mine),
            select(users.c.id, ("@" + users.c.handle).label("name")).where(users.c.organization_id == mine),
        )
        for row in await rows(operator, wanted)
    }
    found = await rows(operator, select(quotas).where(quotas.c.organization_id == mine))
    zone, now = await zone_of(operator), operator.engine.clock.now()
    lines = []
    for quota in map(quota_from, found):
        window = quota.next_window(zone, after=now)
        lines.append(
            QuotaLine(
                quota.owner_id,
                names.get(quota.owner_id, quota.owner_id),
                quota.amount,
                quota.typed,
                quota.period.value,
                str(quota.rollover),
                quota.anchor,
                quota.valid_until,
                None if window is None else window.start.astimezone(zone),
            )
        )
    return sorted(lines, key=lambda line: (line.owner.startswith("@"), -line.amount, line.owner)), await units_of(
        operator
    )


def _day(line: QuotaLine) -> str:
    return "never" if line.next_refresh is None else line.next_refresh.strftime("%Y-%m-%d")


def _rollover(text: str) -> Rollover:
    try:
        return Rollover.parse(text)
    except RolloverError as error:
        raise Stop(f"--rollover is wrong: {error}.") from None
