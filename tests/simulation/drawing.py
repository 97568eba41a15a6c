"""People draw from pools and ask for boosts; leads fill pools and empty them, grant boosts and revoke them."""

from __future__ import annotations

from sqlalchemy import select

from core.overrides.cancel_override import CancelOverride
from core.overrides.grant_override import GrantOverride
from core.overrides.request_override import RequestOverride
from core.overrides.revoke_override import RevokeOverride
from core.pools.fund_pool import FundPool
from core.pools.request_draw import RequestDraw
from core.pools.withdraw_from_pool import WithdrawFromPool
from core.storage.tables import overrides
from tests.simulation.sending import handle
from tests.simulation.world import World


async def draw(world: World) -> None:
    await world.run(RequestDraw, by=world.somebody(), amount=world.amount(1_000, 150_000), reason="for the launch")


async def fill_or_empty(world: World) -> None:
    team = world.pick(list(world.teams))
    deed = FundPool if world.likely(0.7) else WithdrawFromPool
    team_id = world.company.node(team)
    await world.run(deed, by=world.leads[team], team_id=team_id, amount=world.amount(1_000, 200_000))


async def ask_for_a_boost(world: World) -> None:
    hours = world.chance.randrange(1, 100)
    amount = world.amount(1_000, 400_000)
    await world.run(RequestOverride, by=world.somebody(), amount=amount, hours=hours, reason="P0")


async def grant_a_boost(world: World) -> None:
    who = world.somebody()
    await world.run(
        GrantOverride,
        by=world.lead_of(who),
        user_id=world.company.user(who),
        amount=world.amount(1_000, 90_000),
        hours=world.chance.randrange(1, 168),
        reason="P0",
    )


async def end_a_boost(world: World) -> None:
    known = await world.rows(select(overrides).where(overrides.c.state.in_(["active", "pending"])))
    if not known:
        return
    row = world.pick(known)
    who = handle(world, row.user_id)
    if row.state == "pending":
        await world.run(CancelOverride, by=who, override_id=row.id)
    elif who in world.people:
        await world.run(RevokeOverride, by=world.lead_of(who), override_id=row.id)
