"""`alfred admin jobs list | run | history`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from alfred.cli.admin.options import Org
from alfred.cli.admin.reading import names_of, zone_of
from alfred.cli.operator import Operator, act
from alfred.cli.printing import Json, as_json, show, table
from alfred.data_folder import local_defaults
from alfred.jobs import jobs_of
from alfred.settings import load_settings
from alfred.stop import Stop
from alfred.wiring import House, open_house
from core.jobs.due import run_due, waiting
from core.jobs.housekeeping import CHORES, chore_states
from core.jobs.runs import JOBS, JobRun, JobState, job_states, latest_runs

EVERYTHING: Final = "all"
HOUSEKEEPING: Final = (*CHORES, "prune")
"""Not due at a moment: done every few seconds, for all organizations at once."""
GIVING: Final = frozenset({"refresh", "shortfall"})
"""Their commands' ids name the place that gives."""

app = typer.Typer(help="What falls due.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help=f"all, {', '.join((*JOBS, *HOUSEKEEPING))}.")]


@app.callback()
def jobs() -> None:
    """See how the jobs stand, and do one by hand."""


@app.command(name="list")
def list_(*, org: Org = None, json: Json = False) -> None:
    """List every job: when it last did something, how late that was, what waits for it now."""

    async def work(operator: Operator) -> tuple[list[JobState], datetime]:
        now = operator.engine.clock.now()
        zone = await zone_of(operator)
        due = await waiting(operator.database, operator.organization_id, zone=zone, until=now)
        states = await job_states(operator.database, operator.organization_id, waiting=due)
        return [*states, *await chore_states(operator.database, operator.organization_id, now=now)], now

    states, now = act(work, organization=org)
    if json:
        typer.echo(as_json(states))
        return
    cells = [_state(state, now=now) for state in states]
    table(["job", "last done (UTC)", ">late by", ">waiting", ">for"], cells, nothing="")


@app.command()
def history(
    *,
    job: Annotated[str | None, typer.Option("--job", metavar="NAME", help="Only this one.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000)] = 20,
    org: Org = None,
    json: Json = False,
) -> None:
    """List what has fallen due and was done, newest first."""
    if job is not None:
        _require(job, (*JOBS, *CHORES))

    async def work(operator: Operator) -> tuple[list[JobRun], dict[str, str]]:
        async with operator.database.snapshot() as connection:
            found = await latest_runs(connection, operator.organization_id, job=job, limit=limit)
        return list(found), await names_of(operator)

    runs, names = act(work, organization=org)
    if json:
        typer.echo(as_json(runs))
        return
    cells = [_cells(run, names=names) for run in runs]
    table(
        ["when (UTC)", "job", "from", "due (UTC)", ">late by", "outcome"], cells, nothing="Nothing has fallen due yet."
    )


@dataclass(frozen=True, slots=True)
class JobsRun:
    """What a run did: the ids of the commands, in order."""

    job: str
    done: tuple[str, ...]


@app.command()
def run(name: Name = EVERYTHING, *, json: Json = False) -> None:
    """Do what is due now, in all organizations. What fell due before it goes first, so that is done too."""
    _require(name, (EVERYTHING, *JOBS, *HOUSEKEEPING))
    ran = asyncio.run(_run(name))
    line = f"{name}: done." if name in HOUSEKEEPING else f"{_count(len(ran.done))} done."
    show(ran, line, json=json)


async def _run(name: str) -> JobsRun:
    async with open_house(load_settings(defaults=local_defaults())) as house:
        if name in HOUSEKEEPING:
            await _keep_house(house, name)
            return JobsRun(name, ())
        return JobsRun(name, tuple(await run_due(house.engine, house.database, until=house.clock.now())))


async def _keep_house(house: House, name: str) -> None:
    by_hand = jobs_of(house)
    await {"sweep": by_hand.sweep, "seal": by_hand.seal, "prune": by_hand.prune}[name]()


def _require(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise Stop(f"There is no job {name}: it should be one of {', '.join(known)}.")


def _cells(run: JobRun, *, names: dict[str, str]) -> tuple[str, ...]:
    outcome = run.refused or "done"
    return _moment(run.ran_at), run.job, giver(run, names=names), _moment(run.due_at), _span(run.lag), outcome


def giver(run: JobRun, *, names: dict[str, str]) -> str:
    """The place out of whose budget a run gave to all below it; other jobs have none."""
    if run.job not in GIVING:
        return ""
    place = run.command_id.split(":")[1]
    return "(issued)" if place == "issued" else names.get(place, place)


def _state(state: JobState, *, now: datetime) -> tuple[str, ...]:
    last = state.last
    return (
        state.job,
        _moment(last.ran_at) if last else "never",
        _span(last.lag) if last else "",
        f"{state.waiting:,}",
        _span(now - state.waiting_since) if state.waiting_since else "",
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    """Whole seconds, in hours from the first hour on."""
    return f"{int(span.total_seconds()):,} s" if span < timedelta(hours=1) else f"{span / timedelta(hours=1):,.1f} h"


def _count(number: int) -> str:
    return "1 thing" if number == 1 else f"{number:,} things" if number else "Nothing was due; nothing"
