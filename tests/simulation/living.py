"""Day by day: people do what people do, the jobs run late or not at all, and now and then the books are checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from tests.simulation import being_away, deciding, drawing, governing, sending, spending
from tests.simulation.checking import check, check_rest
from tests.simulation.world import World

Deed = Callable[[World], Awaitable[None]]

OFTEN: Final[dict[Deed, int]] = {
    spending.begin_a_call: 40,
    spending.end_a_call: 16,
    sending.send: 14,
    sending.cancel: 1,
    sending.ask_a_colleague: 3,
    sending.answer_a_colleague: 3,
    sending.lend: 3,
    deciding.decide: 8,
    deciding.press_again: 1,
    deciding.delegate: 1,
    deciding.agree_in_advance: 1,
    drawing.draw: 6,
    drawing.fill_or_empty: 3,
    drawing.ask_for_a_boost: 4,
    drawing.grant_a_boost: 2,
    drawing.end_a_boost: 1,
    being_away.go_away: 3,
    being_away.change_plans: 2,
    governing.allocate: 3,
    governing.change_a_quota: 1,
    governing.join: 1,
    governing.move: 1,
    governing.leave: 1,
    governing.change_a_policy: 1,
}
"""Of so many deeds each is so frequent."""


async def live(world: World, *, days: int, deeds: int, check_every: int) -> None:
    """So many days with about so many deeds each."""
    for day in range(1, days + 1):
        for deed in world.chance.choices(list(OFTEN), weights=list(OFTEN.values()), k=deeds):
            await deed(world)
            world.pass_time(seconds=world.chance.randrange(int(2 * 80_000 / deeds)))
        world.company.clock.at = world.company.clock.at.replace(second=0, microsecond=0)
        if world.likely(0.4):
            await world.work_off()
        if day % check_every == 0:
            await world.work_off()
            await check(world)


async def rest(world: World) -> None:
    """Everybody goes home for two months; the jobs run once, at their end."""
    world.running.clear()
    world.pass_time(days=60)
    await world.work_off()
    await check_rest(world)
