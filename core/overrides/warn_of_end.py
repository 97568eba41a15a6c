"""A boost ends within the hour: its owner hears how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import lock
from core.overrides.events import OverrideEndsSoon
from core.overrides.rows import running_boost, set_override
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Warned:
    """The receipt."""

    override_id: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfEnd:
    """Once per boost, by a job with the due moment as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    override_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Warned:
        """Refuses a boost that does not run."""
        boost = await running_boost(tx, self.override_id)
        account = account_id(Kind.BOOST, boost.id)
        left = (await lock(tx, [account])).account(account).free_on(tx.today)
        # Nothing below may refuse.
        await set_override(tx, boost.id, warn_at=None)
        tx.emit(
            OverrideEndsSoon(
                override_id=boost.id,
                user_id=boost.user_id,
                amount=boost.amount,
                left=left,
                ends_at=boost.ends_at,
            )
        )
        tx.record(
            AuditNote(
                Happened.OVERRIDE_WARNED,
                await user_place(tx, boost.user_id),
                subject_id=boost.id,
                amount=left,
                details={"ends_at": boost.ends_at},
            )
        )
        return Warned(boost.id, left)
