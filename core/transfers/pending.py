"""A group of transfers that waits for a decision: found, locked and ended."""

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
from core.refusals import Because, Refused, refuse
from core.storage.tables import transfers
from core.storage.transaction import Transaction
from core.transfers.loan_rows import drop_loans
from core.transfers.states import TransferState


@dataclass(frozen=True, slots=True)
class Pending:
    """What was asked for at once, locked: the request, then its transfers. `each` was asked for every recipient."""

    approval: Approval
    rows: tuple[Row[Any], ...]

    @property
    def group_id(self) -> str:
        """Of all of them."""
        return str(self.rows[0].group_id)

    @property
    def sender_id(self) -> str:
        """Who asked."""
        return str(self.rows[0].sender_id)

    @property
    def recipients(self) -> tuple[str, ...]:
        """User ids."""
        return tuple(row.recipient_id for row in self.rows)

    @property
    def each(self) -> int:
        """What was asked for each."""
        return int(self.rows[0].amount)


async def pending_by_approval(tx: Transaction, approval_id: str) -> Pending:
    """Lock a request for a transfer, decided or not. Raises Refused when there is none."""
    approval = await locked_approval_of(tx, approval_id, subject=Subject.TRANSFER)
    group = (
        select(transfers)
        .where(transfers.c.organization_id == tx.organization_id, transfers.c.approval_id == approval_id)
        .order_by(transfers.c.id)
    )
    rows = (await tx.execute(group.with_for_update())).all()
    return Pending(approval, tuple(rows))


async def pending_of(tx: Transaction, sender_id: str, *, transfer_id: str) -> Pending:
    """Lock what a sender asked for, by a transfer's or its group's id. Raises Refused."""
    found = await tx.execute(
        select(transfers.c.approval_id, transfers.c.state).where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.sender_id == sender_id,
            or_(transfers.c.id == transfer_id, transfers.c.group_id == transfer_id),
        )
    )
    row = found.first()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_TRANSFER, transfer=transfer_id))
    if row.approval_id is None:
        raise Refused(refuse(Because.NOT_PENDING, transfer=transfer_id, state=row.state))
    return await pending_by_approval(tx, row.approval_id)


async def lock_money(tx: Transaction, pending: Pending) -> tuple[Locked, Reservation]:
    """Lock the accounts of everybody, and read what is set aside."""
    held = await open_reservation(tx, pending.rows[0].reservation_id)
    people = (pending.sender_id, *pending.recipients)
    return await lock(tx, [account_id(Kind.PERSONAL, user) for user in people]), held


async def give_back(tx: Transaction, pending: Pending, *, state: TransferState) -> None:
    """The sender has the credits again; the rows say why."""
    locked, held = await lock_money(tx, pending)
    PayOut(held, PostingKind.SEND).apply(locked.books, locked.entry)
    await locked.write()
    await end_reservation(tx, held.id, state=ReservationState.RELEASED)
    await tx.execute(
        update(transfers)
        .where(transfers.c.organization_id == tx.organization_id, transfers.c.group_id == pending.group_id)
        .values(state=state.value)
    )
    await drop_loans(tx, pending.group_id)
