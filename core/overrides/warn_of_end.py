"""A boost ends within the hour: its owner hears how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import lock
from core.overrides.events import OverrideEndsSoon
from core.overrides.rows import locked_override, set_override
from core.overrides.states import OverrideState
from core.refusals import Because, Refused, refuse
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
        override = await locked_override(tx, self.override_id)
        if override.state is not OverrideState.ACTIVE or override.ends_at is None:
            raise Refused(refuse(Because.OVERRIDE_NOT_ACTIVE, override=override.id, state=override.state.value))
        boost = account_id(Kind.BOOST, override.id)
        left = (await lock(tx, [boost])).account(boost).free_on(tx.today)
        # Nothing below may refuse.
        await set_override(tx, override.id, warn_at=None)
        tx.emit(
            OverrideEndsSoon(
                override_id=override.id,
                user_id=override.user_id,
                amount=override.amount or 0,
                left=left,
                ends_at=override.ends_at,
            )
        )
        tx.record(
            AuditNote(
                Happened.OVERRIDE_WARNED,
                await user_place(tx, override.user_id),
                subject_id=override.id,
                amount=left,
                details={"ends_at": override.ends_at},
            )
        )
        return Warned(override.id, left)
