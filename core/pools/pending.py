"""A draw that waits for a decision: found, locked and ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select, update

from core.approvals.reading import locked_approval_of
from core.approvals.states import Approval, Subject
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.reserving import PayOut, Reservation, ReservationState, end_reservation, open_reservation
from core.pools.events import DrawEnded
from core.pools.states import DrawState
from core.refusals import Because, Refused, refuse
from core.spending.allowances import Allowance
from core.storage.tables import draws
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PendingDraw:
    """What was asked for, locked: the request, then its row. While it is decided it may already have ended."""

    approval: Approval
    row: Row[Any]

    @property
    def pool(self) -> str:
        """The account that would pay."""
        return account_id(Kind.POOL, self.row.team_id)

    @property
    def own(self) -> str:
        """The account that would gain."""
        return account_id(Kind.PERSONAL, self.row.requester_id)

    @property
    def allowance(self) -> Allowance:
        """What it counts against: the month in which it was asked."""
        return Allowance(self.row.team_id, self.row.requester_id, self.row.month)

    @property
    def accounts(self) -> tuple[str, ...]:
        """What ending it touches."""
        return (self.pool, self.own, self.allowance.account)


@dataclass(frozen=True, slots=True)
class SetAsideForDraw:
    """Credits of the pool and as much of the allowance."""

    credits: Reservation
    allowance: Reservation


async def pending_draw(tx: Transaction, approval_id: str) -> PendingDraw:
    """Lock a request for a draw, decided or not. Raises Refused when there is none."""
    approval = await locked_approval_of(tx, approval_id, subject=Subject.DRAW)
    return await draw_of(tx, approval)


async def draw_of(tx: Transaction, approval: Approval) -> PendingDraw:
    """The draw of a request that is locked already."""
    row = select(draws).where(draws.c.organization_id == tx.organization_id, draws.c.id == approval.subject_id)
    return PendingDraw(approval, (await tx.execute(row.with_for_update())).one())


async def draw_by(tx: Transaction, requester_id: str, *, draw_id: str) -> PendingDraw:
    """Lock what somebody asked for, by the draw's or its request's id. Raises Refused."""
    found = await tx.execute(
        select(draws.c.approval_id, draws.c.state).where(
            draws.c.organization_id == tx.organization_id,
            draws.c.requester_id == requester_id,
            or_(draws.c.id == draw_id, draws.c.approval_id == draw_id),
        )
    )
    row = found.first()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_DRAW, draw=draw_id))
    if row.approval_id is None:
        raise Refused(refuse(Because.NOT_PENDING, draw=draw_id, state=row.state))
    return await pending_draw(tx, row.approval_id)


async def lock_money(tx: Transaction, pending: PendingDraw) -> tuple[Locked, SetAsideForDraw]:
    """Lock its accounts, and read what is set aside."""
    held = await open_reservation(tx, pending.row.reservation_id)
    room = await open_reservation(tx, pending.row.allowance_reservation_id)
    return await lock(tx, pending.accounts), SetAsideForDraw(held, room)


async def give_back(tx: Transaction, pending: PendingDraw, *, state: DrawState, decided_by: str | None = None) -> None:
    """The pool and the allowance have everything again; the row and an event say why."""
    locked, held = await lock_money(tx, pending)
    for part in (held.credits, held.allowance):
        PayOut(part, PostingKind.DRAW).apply(locked.books, locked.entry)
    await locked.write()
    await end_parts(tx, held, state=ReservationState.RELEASED)
    await end_row(tx, pending, state=state, amount=0)
    tx.emit(
        DrawEnded(
            draw_id=pending.row.id,
            team_id=pending.row.team_id,
            requester_id=pending.row.requester_id,
            amount=pending.row.asked,
            state=state.value,
            decided_by=decided_by,
        )
    )


async def end_parts(tx: Transaction, held: SetAsideForDraw, *, state: ReservationState) -> None:
    """Write the end of what was set aside."""
    for part in (held.credits, held.allowance):
        await end_reservation(tx, part.id, state=state)


async def end_row(
    tx: Transaction, pending: PendingDraw, *, state: DrawState, amount: int, operation_id: str | None = None
) -> None:
    """Write what became of it."""
    await tx.execute(
        update(draws)
        .where(draws.c.organization_id == tx.organization_id, draws.c.id == pending.row.id)
        .values(state=state.value, amount=amount, ended_at=tx.now, operation_id=operation_id)
    )
