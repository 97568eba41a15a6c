"""A node or a person is given nothing any more; what they have stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete

from core.access.matrix import Permission
from core.allocation.grants import forgive_shortfall
from core.allocation.owners import find_owner
from core.allocation.quotas import quota_of
from core.allocation.set_quota import shown
from core.directory.texts import wrong
from core.directory.tree import gate
from core.ledger.locking import lock
from core.ledger.moving import SetFloor
from core.storage.audit_types import Happened
from core.storage.tables import quotas
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class QuotaRemoved:
    """The receipt."""

    owner_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveQuota:
    """Ends the quota of a node or a user, its overdraft, and what its parent still owed of it."""

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    owner_id: str

    async def place(self, tx: Transaction) -> Place:
        """The parent, which gave it."""
        return (await find_owner(tx, self.owner_id)).place

    async def execute(self, tx: Transaction) -> QuotaRemoved:
        """Refuses when there is no quota."""
        await gate(tx)
        owner = await find_owner(tx, self.owner_id)
        quota = await quota_of(tx, owner.id)
        if quota is None:
            raise wrong("owner_id", "it has no quota")
        locked = await lock(tx, (owner.account,))
        # Nothing below may refuse.
        SetFloor(owner.account, 0).apply(locked.books, locked.entry)
        await locked.write()
        await forgive_shortfall(tx, owner.id)
        await tx.execute(
            delete(quotas).where(quotas.c.organization_id == tx.organization_id, quotas.c.owner_id == owner.id)
        )
        note = AuditNote(Happened.QUOTA_REMOVED, owner.place, subject_id=owner.id, details={"before": shown(quota)})
        tx.record(note)
        return QuotaRemoved(owner.id)
