"""A boost is closed before its time, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.texts import check_length
from core.directory.tree import person
from core.overrides.events import OverrideRevoked
from core.overrides.funding import close
from core.overrides.rows import not_active, running_boost
from core.overrides.states import OverrideState
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import overrides
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class OverrideClosed:
    """The receipt. `in_flight` is held by calls; what they do not cost goes back when they end."""

    override_id: str
    person: str
    amount: int
    used: int
    returned: int
    in_flight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeOverride:
    """By whoever may decide for the person; calls that run end as they would have."""

    needs: ClassVar[str] = Permission.DECIDE
    id: str
    organization_id: str
    actor: Actor
    override_id: str
    note: str = ""

    async def place(self, tx: Transaction) -> Place:
        """Whose boost it is, at home."""
        found = await tx.execute(
            select(overrides.c.user_id).where(
                overrides.c.organization_id == tx.organization_id, overrides.c.id == self.override_id
            )
        )
        user_id = found.scalar_one_or_none()
        if user_id is None:
            raise Refused(refuse(Because.UNKNOWN_OVERRIDE, override=self.override_id))
        return await user_place(tx, user_id)

    async def execute(self, tx: Transaction) -> OverrideClosed:
        """Refuses a boost that does not run."""
        check_length(note=self.note)
        boost = await running_boost(tx, self.override_id)
        if boost.ends_at <= tx.now:
            raise not_active(boost.id, OverrideState.ENDED)
        owner = await person(tx, boost.user_id)
        # Nothing below may refuse.
        closing = await close(tx, boost, state=OverrideState.REVOKED)
        tx.emit(
            OverrideRevoked(
                override_id=boost.id,
                user_id=boost.user_id,
                amount=boost.amount,
                used=closing.used,
                returned=closing.returned,
                in_flight=closing.in_flight,
                revoked_by=self.actor.id,
                note=self.note,
            )
        )
        tx.record(
            AuditNote(
                Happened.OVERRIDE_REVOKED,
                await self.place(tx),
                subject_id=boost.id,
                amount=closing.returned,
                details={"for": boost.user_id, "to": boost.budget_id, "used": closing.used},
                words=words_about(boost.user_id, note=self.note),
            )
        )
        return OverrideClosed(boost.id, owner.handle, boost.amount, closing.used, closing.returned, closing.in_flight)
