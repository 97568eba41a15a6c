"""One day of somebody who is away: that day's part of their quota goes to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.directory.policies import ooo_policy
from core.ledger.accounts import Kind, Piece, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Move
from core.ooo.absences import Absence, absence, open_absence, place_of
from core.ooo.destinations import Around, around, living, percents
from core.ooo.events import Portion, ShareMoved
from core.ooo.plans import Part, divide, parts_on, people_in
from core.ooo.shares import received_since, share_at
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import absence_days, absence_parts
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.people import Party, lock_parties


@dataclass(frozen=True, slots=True)
class DayShareMoved:
    """The receipt: of the day's `share`, `amount` moved; the rest was not there."""

    absence_id: str
    user_id: str
    day: date
    share: int
    amount: int
    to: tuple[Portion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDayShare:
    """The job's, once per person and day away; `version` is the absence's when the day was found due."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    absence_id: str
    day: date
    version: int

    async def place(self, tx: Transaction) -> Place:
        """The person's."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> DayShareMoved:
        """Refuses a day that is not away any more, or has been moved. Moves at most what is free and no gift."""
        before = await absence(tx, self.absence_id)
        parties = await lock_parties(tx, {before.user_id} | people_in(before.plan))
        item = await open_absence(tx, self.absence_id)
        await self._refuse_stale(tx, item)
        home_id = parties[item.user_id].home_id
        where = await around(tx, home_id)
        split = self._split(tx, item, where=where, parties=parties)
        share, gifts = await self._share(tx, item, home_id=home_id)
        own = account_id(Kind.PERSONAL, item.user_id)
        locked = await lock(tx, [own, *split])
        # Nothing below may refuse.
        amount = min(share, max(0, locked.account(own).free_on(tx.today) - gifts))
        pieces = _move(locked, divide(amount, split, rest_to=where.rest_to), own=own)
        await locked.write()
        moved = Portions(pieces)
        await self._write(tx, item, share=share, moved=moved, operation_id=locked.entry.operation_id)
        receipt = DayShareMoved(item.id, item.user_id, self.day, share, amount, moved.by_account)
        self._tell(tx, receipt)
        tx.record(await self._note(tx, receipt))
        return receipt

    async def _refuse_stale(self, tx: Transaction, item: Absence) -> None:
        done = await tx.execute(
            select(absence_days.c.day).where(
                absence_days.c.organization_id == tx.organization_id,
                absence_days.c.user_id == item.user_id,
                absence_days.c.day == self.day,
            )
        )
        at = item.days(tx.zone).moment(self.day)
        if item.version != self.version or done.first() is not None or at is None or at > tx.now:
            raise Refused(refuse(Because.ABSENCE_OVER, absence=item.id, state="changed"))

    def _split(self, tx: Transaction, item: Absence, *, where: Around, parties: dict[str, Party]) -> dict[str, int]:
        parts: tuple[Part, ...] = parts_on(item.plan, item.days(tx.zone).nth(self.day))
        return percents(parts, where, active={party.id for party in parties.values() if party.is_active})

    async def _share(self, tx: Transaction, item: Absence, *, home_id: str) -> tuple[int, int]:
        """The share of the day, and what colleagues gave in its period: gifts stay."""
        at = item.days(tx.zone).moment(self.day)
        policy = await ooo_policy(tx.connection, tx.organization_id, home_id=home_id)
        share = None if at is None or not policy.auto_redistribute else await share_at(tx, item.user_id, at=at)
        if share is None:
            return 0, 0
        return share.amount, await received_since(tx, item.user_id, start=share.period_start)

    async def _write(self, tx: Transaction, item: Absence, *, share: int, moved: Portions, operation_id: str) -> None:
        key = {"organization_id": tx.organization_id, "user_id": item.user_id, "day": self.day}
        shared: dict[str, Any] = key | {"absence_id": item.id, "at": tx.now}
        day = {"share": share, "amount": moved.total, "operation_id": operation_id if moved.total else None}
        await tx.execute(insert(absence_days).values(shared | day))
        rows = [
            shared | {"account": account, "expires_on": expires_on, "amount": amount, "returned": 0}
            for (account, expires_on), amount in moved.by_date.items()
        ]
        if rows:
            await tx.execute(insert(absence_parts), rows)

    def _tell(self, tx: Transaction, receipt: DayShareMoved) -> None:
        if receipt.amount:
            tx.emit(
                ShareMoved(
                    absence_id=receipt.absence_id,
                    user_id=receipt.user_id,
                    day=receipt.day,
                    amount=receipt.amount,
                    to=receipt.to,
                )
            )

    async def _note(self, tx: Transaction, receipt: DayShareMoved) -> AuditNote:
        return AuditNote(
            Happened.ABSENCE_SHARE_MOVED,
            await self.place(tx),
            subject_id=receipt.absence_id,
            amount=receipt.amount,
            details={
                "user": receipt.user_id,
                "day": receipt.day,
                "share": receipt.share,
                "to": {portion.account: portion.amount for portion in receipt.to},
            },
        )


@dataclass(frozen=True, slots=True)
class Portions:
    """What each account got, piece by piece."""

    pieces: list[tuple[str, Piece]]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(piece.amount for _, piece in self.pieces)

    @property
    def by_date(self) -> dict[tuple[str, date], int]:
        """By account and expiry."""
        amounts: dict[tuple[str, date], int] = {}
        for account, piece in self.pieces:
            assert piece.expires_on is not None, "a person's credits have dates"
            amounts[account, piece.expires_on] = amounts.get((account, piece.expires_on), 0) + piece.amount
        return amounts

    @property
    def by_account(self) -> tuple[Portion, ...]:
        """By account."""
        amounts: dict[str, int] = {}
        for account, piece in self.pieces:
            amounts[account] = amounts.get(account, 0) + piece.amount
        return tuple(Portion(account, amount) for account, amount in amounts.items())


def _move(locked: Locked, parts: dict[str, int], *, own: str) -> list[tuple[str, Piece]]:
    """Soonest slices first; a closed account's part goes where it was closed to."""
    moved: list[tuple[str, Piece]] = []
    for account, amount in parts.items():
        if amount:
            to = living(locked, account)
            pieces = Move(own, to, amount, PostingKind.ABSENCE).apply(locked.books, locked.entry)
            moved += [(to, piece) for piece in pieces]
    return moved
