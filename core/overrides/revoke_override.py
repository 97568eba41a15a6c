"""A boost is closed before its time, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.texts import LONGEST
from core.directory.texts import wrong
from core.directory.tree import person
from core.overrides.events import OverrideRevoked
from core.overrides.funding import close
from core.overrides.rows import locked_override
from core.overrides.states import OverrideState
from core.overrides.telling import words_about
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import overrides
from core.storage.transaction import Actor, AuditNote, Place, Transaction


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
        if len(self.note) > LONGEST:
            raise wrong("note", f"it is longer than {LONGEST:,} characters")
        override = await locked_override(tx, self.override_id)
        is_over = override.ends_at is not None and override.ends_at <= tx.now
        if override.state is not OverrideState.ACTIVE or is_over:
            state = OverrideState.ENDED if is_over and override.state is OverrideState.ACTIVE else override.state
            raise Refused(refuse(Because.OVERRIDE_NOT_ACTIVE, override=override.id, state=state.value))
        owner = await person(tx, override.user_id)
        # Nothing below may refuse.
        closing = await close(tx, override, state=OverrideState.REVOKED)
        amount = override.amount or 0
        tx.emit(
            OverrideRevoked(
                override_id=override.id,
                user_id=override.user_id,
                amount=amount,
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
                subject_id=override.id,
                amount=closing.returned,
                details={"for": override.user_id, "to": override.budget_id, "used": closing.used},
                words=words_about(override.user_id, note=self.note),
            )
        )
        return OverrideClosed(override.id, owner.handle, amount, closing.used, closing.returned, closing.in_flight)
