"""A budget takes credits back from a node or a person right below it; they keep their dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.allocation.events import AllocationMade
from core.allocation.owners import find_owner
from core.allocation.texts import check_amount, reason_words
from core.directory.texts import wrong
from core.ledger.books import PostingKind
from core.ledger.locking import lock
from core.ledger.moving import Move
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The receipt. `available` is what is left where it was taken."""

    owner_id: str
    parent_id: str
    amount: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """`owner_id` is a node or a user; the credits go to the budget of its parent (a person's home)."""

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    owner_id: str
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The parent: who may give may take back."""
        return (await find_owner(tx, self.owner_id)).place

    async def execute(self, tx: Transaction) -> Withdrawn:
        """Refuses more than is free there: what is held for calls stays."""
        check_amount(self.amount)
        words = reason_words(self.reason)
        owner = await find_owner(tx, self.owner_id)
        if owner.parent_id is None:
            raise wrong("owner_id", "an organization has nobody above it")
        locked = await lock(tx, (owner.parent_account, owner.account))
        move = Move(owner.account, owner.parent_account, self.amount, PostingKind.WITHDRAW)
        move.apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        tx.emit(AllocationMade(owner_id=owner.id, parent_id=owner.parent_id, amount=-self.amount))
        tx.record(
            AuditNote(
                Happened.ALLOCATION_WITHDRAWN,
                owner.place,
                subject_id=owner.id,
                amount=self.amount,
                details={"from": owner.id, "to": owner.parent_id},
                words=words,
            )
        )
        left = locked.account(owner.account).free_on(tx.today)
        return Withdrawn(owner.id, owner.parent_id, self.amount, left)
