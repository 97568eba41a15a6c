"""Managers look at what waits for them, ask back, decide, delegate and agree in advance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from core.approvals.answer_question import AnswerQuestion
from core.approvals.ask_question import AskQuestion
from core.approvals.delegate import Delegate
from core.approvals.end_delegation import EndDelegation
from core.approvals.preapprove import Preapprove
from core.approvals.states import Subject
from core.approvals.waiting import Waiting, WaitingLine
from core.overrides.decide_override import DecideOverride
from core.pools.decide_draw import DecideDraw
from core.storage.transaction import Command
from core.transfers.decide_transfer import DecideTransfer
from tests.simulation.sending import handle
from tests.simulation.world import World

DECIDES: Final[dict[str, type[Command[Any]]]] = {
    "transfer": DecideTransfer,
    "draw": DecideDraw,
    "override": DecideOverride,
}


def managers(world: World) -> list[str]:
    return [*world.leads.values(), *world.managers.values(), "grace", "gus", "frank"]


async def decide(world: World) -> None:
    for who in world.chance.sample(managers(world), 3):
        lists = await world.company.ask(Waiting, by=who)
        for line in lists.for_me[:3]:
            await _look_at(world, line, by=who)


async def _look_at(world: World, line: WaitingLine, *, by: str) -> None:
    if world.likely(0.15):
        await _ask_back(world, by, line.approval_id, requester=handle(world, line.requester_id))
    elif world.likely(0.8):
        smaller = max(1, line.amount // 2) if world.likely(0.2) else None
        is_yes = world.likely(0.8)
        deed = DECIDES[line.subject]
        await world.run(deed, by=by, approval_id=line.approval_id, is_yes=is_yes, amount=smaller if is_yes else None)


async def press_again(world: World) -> None:
    """Who comes late, and who is not asked, is told no."""
    lists = await world.company.ask(Waiting, by=world.pick(managers(world)))
    for line in lists.for_me[:1]:
        await world.run(DECIDES[line.subject], by=world.somebody(), approval_id=line.approval_id, is_yes=True)


async def _ask_back(world: World, who: str, approval_id: str, *, requester: str) -> None:
    await world.run(AskQuestion, by=who, approval_id=approval_id, question="What for?")
    await world.run(AnswerQuestion, by=requester, approval_id=approval_id, answer="For the launch.")


async def delegate(world: World) -> None:
    who = world.pick(managers(world)[:-1])
    if world.likely(0.3):
        await world.run(EndDelegation, by=who)
        return
    until = world.company.clock.at + timedelta(days=world.chance.randrange(1, 10))
    await world.run(Delegate, by=who, delegate_id=world.company.user(world.somebody(who)), ends_at=until)


async def agree_in_advance(world: World) -> None:
    until = world.company.clock.at + timedelta(days=5)
    subject = world.pick(list(Subject))
    await world.run(Preapprove, by=world.pick(managers(world)), subject=subject, most=120_000, ends_at=until)
