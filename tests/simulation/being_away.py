"""People are away: planned, at once, in the past; to pools, budgets and colleagues; back early, late or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.plans import Part, Phase
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.policy.periods import start_of
from core.storage.tables import absences
from tests.simulation.sending import handle
from tests.simulation.world import World

BERLIN = ZoneInfo("Europe/Berlin")


async def go_away(world: World) -> None:
    who = world.somebody()
    first = _today(world) + timedelta(days=world.chance.randrange(-3, 10))
    await world.run(
        SetOutOfOffice,
        by=who if world.likely(0.8) else world.lead_of(who),
        user_id=world.company.user(who),
        starts_at=start_of(first, BERLIN),
        ends_at=start_of(first + timedelta(days=world.chance.randrange(1, 25)), BERLIN),
        phases=_plan(world, who),
        delegate_id=world.company.user(world.somebody(who)) if world.likely(0.3) else None,
    )


async def change_plans(world: World) -> None:
    known = await world.rows(select(absences).where(absences.c.ended_at.is_(None)))
    if not known:
        return
    row = world.pick(known)
    who, here = handle(world, row.user_id), _today(world)
    later = start_of(here + timedelta(days=world.chance.randrange(1, 20)), BERLIN)
    match world.chance.randrange(4):
        case 0:
            await world.run(ReturnEarly, by=who, absence_id=row.id)
        case 1:
            await world.run(ExtendAbsence, by=who, absence_id=row.id, ends_at=later)
        case 2:
            await world.run(CancelAbsence, by=who, absence_id=row.id)
        case _:
            earlier = start_of(here - timedelta(days=world.chance.randrange(5)), BERLIN)
            await world.run(CorrectAbsence, by=who, absence_id=row.id, starts_at=earlier, ends_at=later)


def _plan(world: World, who: str) -> tuple[Phase, ...]:
    mate = world.company.user(world.somebody(who))
    return world.pick(
        (
            (),
            (),
            (Phase((Part("pool", 100),)),),
            (Phase((Part(mate, 100),)),),
            (Phase((Part("pool", 34), Part("parent", 33), Part(mate, 33))),),
            (Phase((Part("pool", 100),), days=3), Phase((Part("parent", 100),))),
        )
    )


def _today(world: World) -> date:
    return world.company.clock.at.astimezone(BERLIN).date()
