"""A sender takes a transfer back: within five minutes, once, in full, with the original expiry dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.ledger.accounts import Kind, Piece, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Reverse
from core.refusals import Because, Refusal, Refused, first_refusal, refuse
from core.storage.audit_types import Happened
from core.storage.tables import postings, transfers
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.events import TransferReversed
from core.transfers.loan_rows import drop_loans, refuse_paid_back
from core.transfers.people import Party, lock_parties
from core.transfers.states import UNDO_WINDOW, TransferState


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One recipient's part. `returned` is less than `amount` by what expired in between."""

    transfer_id: str
    recipient_id: str
    handle: str
    amount: int
    returned: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The receipt."""

    group_id: str
    transfers: tuple[TakenBack, ...]
    returned: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoTransfer:
    """`transfer_id` is a transfer or its group, None the last that can be undone; what was sent together is undone so.

    What was last is decided here, so that a repetition is the same command and does not reach for the one before.
    """

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    transfer_id: str | None

    async def place(self, tx: Transaction) -> Place:
        """The sender's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Undone:
        """Refuses what is not this sender's, not completed, too old or already reversed, and what was used."""
        rows = await self._group(tx, named=await self._last(tx) if self.transfer_id is None else self.transfer_id)
        first_refusal(
            *(_refusal_of(row, actor_id=self.actor.id, now=tx.now) for row in rows[:1]),
        )
        await refuse_paid_back(tx, rows[0].group_id)
        parties = await lock_parties(tx, {self.actor.id, *(row.recipient_id for row in rows)})
        pieces = await _pieces(tx, operation_id=rows[0].operation_id)
        locked = await lock(tx, [account_id(Kind.PERSONAL, user) for user in parties])
        parts = tuple(self._take_back(locked, row, parties=parties, pieces=pieces) for row in rows)
        # Nothing below may refuse.
        await locked.write()
        await self._mark(tx, rows[0].group_id)
        await drop_loans(tx, rows[0].group_id)
        own = locked.account(account_id(Kind.PERSONAL, self.actor.id))
        receipt = Undone(rows[0].group_id, parts, sum(part.returned for part in parts), own.free_on(tx.today))
        self._tell(tx, receipt)
        tx.record(await self._note(tx, receipt))
        return receipt

    async def _last(self, tx: Transaction) -> str:
        """The group that the actor sent last and may still take back. Raises Refused."""
        found = await tx.execute(
            select(transfers.c.group_id)
            .where(
                transfers.c.organization_id == tx.organization_id,
                transfers.c.sender_id == self.actor.id,
                transfers.c.state == TransferState.COMPLETED.value,
                transfers.c.completed_at >= tx.now - UNDO_WINDOW,
            )
            .order_by(transfers.c.completed_at.desc(), transfers.c.group_id.desc())
            .limit(1)
        )
        group_id: str | None = found.scalar_one_or_none()
        if group_id is None:
            raise Refused(refuse(Because.NOTHING_TO_UNDO))
        return group_id

    async def _group(self, tx: Transaction, *, named: str) -> Sequence[Row[Any]]:
        """The rows that were sent together, locked. Raises Refused; to a stranger a transfer is unknown."""
        groups = select(transfers.c.group_id).where(
            transfers.c.organization_id == tx.organization_id,
            (transfers.c.id == named) | (transfers.c.group_id == named),
        )
        group = (
            select(transfers)
            .where(transfers.c.organization_id == tx.organization_id, transfers.c.group_id.in_(groups))
            .order_by(transfers.c.id)
        )
        rows = (await tx.execute(group.with_for_update())).all()
        people = {user for row in rows for user in (row.sender_id, row.recipient_id)}
        if self.actor.id not in people:
            raise Refused(refuse(Because.UNKNOWN_TRANSFER, transfer=named))
        return rows

    def _take_back(
        self, locked: Locked, row: Row[Any], *, parties: dict[str, Party], pieces: dict[str, tuple[Piece, ...]]
    ) -> TakenBack:
        theirs, own = (account_id(Kind.PERSONAL, user) for user in (row.recipient_id, self.actor.id))
        handle = parties[row.recipient_id].handle
        try:
            returned = Reverse(theirs, own, pieces[theirs], PostingKind.UNDO).apply(locked.books, locked.entry)
        except Refused as refused:
            raise Refused(_named(refused.refusal, user=row.recipient_id, handle=handle)) from refused
        return TakenBack(row.id, row.recipient_id, handle, row.amount, returned)

    async def _mark(self, tx: Transaction, group_id: str) -> None:
        await tx.execute(
            update(transfers)
            .where(transfers.c.organization_id == tx.organization_id, transfers.c.group_id == group_id)
            .values(state=TransferState.REVERSED.value, reversed_at=tx.now)
        )

    def _tell(self, tx: Transaction, receipt: Undone) -> None:
        for part in receipt.transfers:
            tx.emit(
                TransferReversed(
                    transfer_id=part.transfer_id,
                    group_id=receipt.group_id,
                    sender_id=self.actor.id,
                    recipient_id=part.recipient_id,
                    amount=part.amount,
                    returned=part.returned,
                )
            )

    async def _note(self, tx: Transaction, receipt: Undone) -> AuditNote:
        return AuditNote(
            Happened.TRANSFER_REVERSED,
            await self.place(tx),
            subject_id=receipt.group_id,
            amount=receipt.returned,
            details={"from": [part.recipient_id for part in receipt.transfers], "to": self.actor.id},
        )


def _refusal_of(row: Row[Any], *, actor_id: str, now: datetime) -> Refusal | None:
    """All rows of a group agree in what is asked here."""
    if row.sender_id != actor_id:
        return refuse(Because.NOT_YOUR_TRANSFER, transfer=row.id)
    if row.state == TransferState.REVERSED.value:
        return refuse(Because.ALREADY_REVERSED, transfer=row.id, at=row.reversed_at)
    if row.state != TransferState.COMPLETED.value:
        return refuse(Because.NOT_COMPLETED, transfer=row.id, state=row.state)
    until = row.completed_at + UNDO_WINDOW
    return refuse(Because.UNDO_TOO_LATE, transfer=row.id, until=until) if now > until else None


async def _pieces(tx: Transaction, *, operation_id: str) -> dict[str, tuple[Piece, ...]]:
    """What each receiving account got, by expiry day, from the original postings."""
    found = await tx.execute(
        select(postings.c.credit_account, postings.c.expires_given, postings.c.amount)
        .where(
            postings.c.organization_id == tx.organization_id,
            postings.c.operation_id == operation_id,
            postings.c.kind == PostingKind.SEND.value,
        )
        .order_by(postings.c.line)
    )
    got: defaultdict[str, list[Piece]] = defaultdict(list)
    for row in found:
        got[row.credit_account].append(Piece(row.expires_given, row.amount))
    return {account: tuple(pieces) for account, pieces in got.items()}


def _named(refusal: Refusal, *, user: str, handle: str) -> Refusal:
    """Says who used the credits: whom to ask."""
    return Refusal(refusal.because, {**refusal.facts, "user": user, "handle": handle})
