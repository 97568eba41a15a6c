"""The company changes: people join, move and leave, quotas and policies change, budgets are given and taken back."""

from __future__ import annotations

from core.allocation.allocate import Allocate
from core.allocation.withdraw import Withdraw
from core.directory.apply_policy import ApplyPolicy
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from tests.simulation.founding import EACH, hire, quota
from tests.simulation.world import World

POLICIES = (
    "pool_policy:\n  access_mode: request_approval\n",
    "pool_policy:\n  access_mode: auto_draw\n",
    "transfer_policy:\n  limits:\n    max_per_user_per_day: 300000\n",
    "transfer_policy:\n  limits:\n    max_per_user_per_day: 500000\n",
    "transfer_policy:\n  approval_required:\n    all_must_agree: true\n",
    "override_policy:\n  all_tiers_must_agree: true\n",
    "override_policy:\n  all_tiers_must_agree: false\n",
)


async def allocate(world: World) -> None:
    team = world.pick(list(world.teams))
    company = world.company
    places = [company.node(team), company.node(f"Project of {team}")]
    whose = world.pick([*places, company.user(world.pick(world.teams[team]))])
    deed = Allocate if world.likely(0.7) else Withdraw
    manager = world.managers[world.departments[team]]
    await world.run(deed, by=manager, owner_id=whose, amount=world.amount(1_000, 200_000))


async def change_a_quota(world: World) -> None:
    await quota(world, world.somebody(), world.amount(EACH // 8, EACH))


async def join(world: World) -> None:
    await hire(world, world.pick(list(world.teams)))


async def move(world: World) -> None:
    who = world.somebody(*world.leads.values())
    team = world.pick(list(world.teams))
    moved = await world.run(MoveUser, by="grace", user_id=world.company.user(who), home_id=world.company.node(team))
    if moved is not None:
        world.teams[world.team_of(who)].remove(who)
        world.teams[team].append(who)


async def leave(world: World) -> None:
    who = world.somebody(*world.leads.values())
    team = world.team_of(who)
    if len(world.teams[team]) > 2 and await world.run(DeactivateUser, by="grace", user_id=world.company.user(who)):
        world.teams[team].remove(who)


async def change_a_policy(world: World) -> None:
    place = world.pick(["Acme", *world.teams])
    await world.run(ApplyPolicy, by="grace", scope_id=world.company.node(place), text=world.pick(POLICIES))
