"""Acme lives through a month: day by day what falls due is done, people call models and send each other credits."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alfred.clocks import SteppedClock
from alfred.demo.acme import GIFTS, PROJECT, TIME_ZONE
from alfred.demo.building import Company
from alfred.demo.usage import HOURS, Planned, calls_of
from core.directory.principals import Principal
from core.jobs.due import run_due
from core.refusals import Because, Refused
from core.storage.transaction import Actor
from core.transfers.send_credits import SendCredits

DAYS: Final = 30
ZONE: Final = ZoneInfo(TIME_ZONE)
OPENING: Final = time(8, 30)
GIFT_HOUR: Final = HOURS[1]


def beginning(now: datetime) -> datetime:
    """When the demo's month begins: at opening time, 30 days ago."""
    return _at(now.astimezone(ZONE).date() - timedelta(days=DAYS), OPENING)


async def live(acme: Company, clock: SteppedClock, *, until: datetime) -> None:
    """Walk the clock from its day to `until`."""
    now = clock.now()
    principals = {handle: await acme.house.principals.by_key(secret, now=now) for handle, secret in acme.keys.items()}
    last = until.astimezone(ZONE).date()
    day = now.astimezone(ZONE).date()
    while day <= last:
        await _one_day(acme, clock, principals=principals, day=day, until=until)
        day += timedelta(days=1)
    clock.at = until
    await run_due(acme.house.engine, acme.house.database, until=until)


async def _one_day(
    acme: Company, clock: SteppedClock, *, principals: dict[str, Principal], day: date, until: datetime
) -> None:
    days_ago = (until.astimezone(ZONE).date() - day).days
    await run_due(acme.house.engine, acme.house.database, until=max(clock.at, min(until, _at(day, time.min))))
    for hour in HOURS:
        moment = _at(day, time(hour, 10 + day.day))
        if clock.at < moment < until:
            clock.at = moment
            await _one_hour(acme, clock, principals=principals, days_ago=days_ago)


async def _one_hour(acme: Company, clock: SteppedClock, *, principals: dict[str, Principal], days_ago: int) -> None:
    local = clock.at.astimezone(ZONE)
    planned = calls_of(local.date(), local.hour, clock=clock)
    # All at once: the book commits them in a few batches, as it does under load.
    await asyncio.gather(*(_call(acme, principals[call.handle], planned=call) for call in planned))
    if local.hour == GIFT_HOUR:
        await _gifts(acme, days_ago=days_ago)


async def _call(acme: Company, principal: Principal, *, planned: Planned) -> None:
    spending = acme.house.spending
    project = acme.nodes[PROJECT.name] if planned.for_project else None
    try:
        authorised = await spending.authorise(
            principal, hold_id=acme.house.engine.new_id("hold"), estimate=planned.estimate, project=project
        )
    except Refused as refused:
        if refused.refusal.because is not Because.OUT_OF_CREDITS:
            raise
        return  # as in life: some calls are refused at the end of a month
    await spending.settle(authorised, actual=planned.actual, call=planned.call)


async def _gifts(acme: Company, *, days_ago: int) -> None:
    for when, sender, recipient, amount, reason in GIFTS:
        if when == days_ago:
            await acme.run(
                SendCredits,
                actor=Actor.user(acme.users[sender]),
                recipients=(acme.users[recipient],),
                amount=amount,
                reason=reason,
            )


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE).astimezone(UTC)
