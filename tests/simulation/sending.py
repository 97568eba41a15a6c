"""People send, change their minds, ask each other and lend."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.storage.tables import credit_requests, transfers
from core.transfers.cancel_request import CancelRequest
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decline_request import DeclineRequest
from core.transfers.grant_request import GrantRequest
from core.transfers.lend_credits import LendCredits
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from core.transfers.undo_transfer import UndoTransfer
from tests.simulation.world import World


async def send(world: World) -> None:
    who = world.somebody()
    count = 1 if world.likely(0.8) else 3
    others = world.chance.sample([other for other in world.people if other != who], count)
    await world.run(
        SendCredits,
        by=who,
        recipients=tuple(world.company.user(other) for other in others),
        amount=world.amount(1_000, 250_000),
    )
    if world.likely(0.3):
        world.pass_time(minutes=world.chance.randrange(7))
        await world.run(UndoTransfer, by=who, transfer_id=None)


async def cancel(world: World) -> None:
    waiting = await world.rows(
        select(transfers.c.group_id, transfers.c.sender_id).where(transfers.c.state == "pending")
    )
    if waiting:
        row = world.pick(waiting)
        await world.run(CancelTransfer, by=handle(world, row.sender_id), transfer_id=row.group_id)


async def ask_a_colleague(world: World) -> None:
    who = world.somebody()
    colleague = world.company.user(world.somebody(who))
    await world.run(RequestCredits, by=who, colleague_id=colleague, amount=world.amount(1_000, 120_000))


async def answer_a_colleague(world: World) -> None:
    asked = await world.rows(select(credit_requests).where(credit_requests.c.state == "open"))
    if not asked:
        return
    row = world.pick(asked)
    if world.likely(0.1):
        await world.run(CancelRequest, by=handle(world, row.requester_id), request_id=row.id)
        return
    deed = GrantRequest if world.likely(0.6) else DeclineRequest
    await world.run(deed, by=handle(world, row.colleague_id), request_id=row.id)


async def lend(world: World) -> None:
    who = world.somebody()
    due = world.company.clock.at + timedelta(days=world.chance.randrange(1, 40)) if world.likely(0.6) else None
    await world.run(
        LendCredits,
        by=who,
        borrower_id=world.company.user(world.somebody(who)),
        amount=world.amount(1_000, 90_000),
        due_at=due,
    )


def handle(world: World, user_id: str) -> str:
    return next(name for name, known in world.company.users.items() if known == user_id)
