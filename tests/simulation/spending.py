"""Calls: they hold an estimate and settle something else, sometimes much later, or never."""

from __future__ import annotations

from core.directory.principals import Principal
from core.refusals import Because, Refused
from core.spending.calls import Authorised
from tests.simulation.world import World
from tests.spending.desk import A_CALL

FINE = {
    Because.OUT_OF_CREDITS,
    Because.CLOSED_ACCOUNT,
    Because.HOLD_EXPIRED,
    Because.HOLD_RELEASED,
    Because.HOLD_TOO_OLD,
}
"""A call that was left running is ended at any time, some after the 35 days for which a hold is remembered."""


async def begin_a_call(world: World) -> None:
    who, project = world.somebody(), None
    if world.likely(0.15):
        team = world.pick(list(world.teams))
        who, project = world.leads[team], world.company.node(f"Project of {team}")
    world.lose_a_connection()
    try:
        held = await world.desk.spending.authorise(
            _principal(world, who),
            hold_id=world.company.new_id("hold"),
            estimate=world.amount(500, 60_000),
            project=project,
        )
    except Refused as refused:
        world.refused[f"call: {refused.refusal.because.value}"] += 1
        return
    world.running.append(held)
    if world.likely(0.6):
        world.pass_time(seconds=world.chance.randrange(60))
        await _end(world, held)


async def end_a_call(world: World) -> None:
    if not world.running:
        return
    await _end(world, world.pick(world.running))


async def _end(world: World, held: Authorised) -> None:
    world.running.remove(held)
    if world.likely(0.05):
        world.done["call abandoned"] += 1
        return
    world.lose_a_connection()
    share = world.pick((0.3, 0.6, 0.9, 1.0, 1.0, 1.5)) if world.likely(0.9) else 0.0
    try:
        if share == 0.0:
            await world.desk.spending.release(held)
        else:
            await world.desk.spending.settle(held, actual=int(held.held.amount * share), call=A_CALL)
    except Refused as refused:
        if refused.refusal.because not in FINE:
            raise
        world.refused[f"call's end: {refused.refusal.because.value}"] += 1
        return
    world.done["call released" if share == 0.0 else "call settled"] += 1


def _principal(world: World, who: str) -> Principal:
    return world.desk.principal(who, team=world.team_of(who), department=world.departments[world.team_of(who)])
