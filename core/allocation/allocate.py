"""A budget gives credits to a node or a person right below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.access.matrix import Permission
from core.allocation.events import AllocationMade
from core.allocation.owners import find_owner, gaining_owner
from core.allocation.quotas import own_expiry, quota_of
from core.allocation.texts import check_amount, check_expiry, reason_words
from core.directory.texts import wrong
from core.ledger.books import PostingKind
from core.ledger.locking import lock
from core.ledger.moving import Move
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Allocated:
    """The receipt. `available` is what the parent's budget has left."""

    owner_id: str
    parent_id: str
    amount: int
    expires_on: date
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocate:
    """`owner_id` is a node or a user; the credits come from the budget of its parent (a person's home).

    They get the receiver's own expiry: `expires_on`, else by the rollover of its quota, else 90 days from today.
    """

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    owner_id: str
    amount: int
    expires_on: date | None = None
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The parent of what gains."""
        return (await find_owner(tx, self.owner_id)).place

    async def execute(self, tx: Transaction) -> Allocated:
        """Refuses the actor's own gain, an inactive receiver, and more than the parent has."""
        check_amount(self.amount)
        words = reason_words(self.reason)
        owner = await gaining_owner(tx, self.owner_id)
        if owner.parent_id is None:
            raise wrong("owner_id", "credits are issued to an organization, not allocated")
        expiry = await self._expiry(tx)
        check_expiry(expiry, today=tx.today)
        locked = await lock(tx, (owner.parent_account, owner.account))
        move = Move(owner.parent_account, owner.account, self.amount, PostingKind.ALLOCATE, given=expiry)
        move.apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        tx.emit(AllocationMade(owner_id=owner.id, parent_id=owner.parent_id, amount=self.amount))
        tx.record(
            AuditNote(
                Happened.ALLOCATION_MADE,
                owner.place,
                subject_id=owner.id,
                amount=self.amount,
                details={"from": owner.parent_id, "to": owner.id, "expires_on": expiry},
                words=words,
            )
        )
        left = locked.account(owner.parent_account).free_on(tx.today)
        return Allocated(owner.id, owner.parent_id, self.amount, expiry, left)

    async def _expiry(self, tx: Transaction) -> date:
        if self.expires_on is not None:
            return self.expires_on
        return own_expiry(await quota_of(tx, self.owner_id), now=tx.now, today=tx.today, zone=tx.zone)
