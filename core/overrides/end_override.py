"""A boost's time is over: what is left goes back where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.directory.texts import wrong
from core.overrides.events import OverrideEnded
from core.overrides.funding import close
from core.overrides.rows import running_boost
from core.overrides.states import OverrideState
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class OverrideOver:
    """The receipt."""

    override_id: str
    used: int
    returned: int
    in_flight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOverride:
    """Once per boost, by a job with the end as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    override_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> OverrideOver:
        """Refuses a boost that does not run, or has time left."""
        boost = await running_boost(tx, self.override_id)
        if tx.now < boost.ends_at:
            raise wrong("override_id", "its time is not over")
        # Nothing below may refuse.
        closing = await close(tx, boost, state=OverrideState.ENDED)
        tx.emit(
            OverrideEnded(
                override_id=boost.id,
                user_id=boost.user_id,
                granted_by=boost.granted_by,
                amount=boost.amount,
                used=closing.used,
                returned=closing.returned,
                in_flight=closing.in_flight,
            )
        )
        tx.record(
            AuditNote(
                Happened.OVERRIDE_ENDED,
                await user_place(tx, boost.user_id),
                subject_id=boost.id,
                amount=closing.returned,
                details={"for": boost.user_id, "to": boost.budget_id, "used": closing.used},
            )
        )
        return OverrideOver(boost.id, closing.used, closing.returned, closing.in_flight)
