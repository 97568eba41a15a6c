"""A request for a boost ends without a decision: taken back, out of time, or because its owner leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.approvals.decide import end, withdraw
from core.approvals.reading import locked_approval, place_of, refuse_decided
from core.approvals.states import Approval, ApprovalState
from core.directory.texts import wrong
from core.overrides.decide_override import pending_override
from core.overrides.events import OverrideRequestEnded
from core.overrides.rows import locked_override, set_override
from core.overrides.states import OverrideState
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import overrides
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class OverrideRequestOver:
    """The receipt; `amount` was asked for."""

    override_id: str
    state: OverrideState
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOverride:
    """Who asked takes it back while it waits."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    override_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> OverrideRequestOver:
        """Refuses what the actor did not ask for, or is decided."""
        approval = await self._asked(tx)
        await refuse_decided(tx, approval)
        # Nothing below may refuse.
        await withdraw(tx, approval)
        await end_asking(tx, approval, state=OverrideState.CANCELLED)
        tx.record(
            AuditNote(
                Happened.OVERRIDE_CANCELLED,
                place_of(approval),
                subject_id=approval.subject_id,
                amount=approval.amount,
                details={"approval": approval.id},
            )
        )
        return OverrideRequestOver(approval.subject_id, OverrideState.CANCELLED, approval.amount)

    async def _asked(self, tx: Transaction) -> Approval:
        found = await tx.execute(
            select(overrides.c.approval_id).where(
                overrides.c.organization_id == tx.organization_id,
                overrides.c.id == self.override_id,
                overrides.c.user_id == self.actor.id,
                overrides.c.approval_id.is_not(None),
            )
        )
        approval_id = found.scalar_one_or_none()
        if approval_id is None:
            raise Refused(refuse(Because.UNKNOWN_OVERRIDE, override=self.override_id))
        return await locked_approval(tx, approval_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOverrideRequest:
    """Once per request, by a job with the deadline as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> OverrideRequestOver:
        """Refuses a request that is decided, or has time left."""
        approval = await pending_override(tx, self.approval_id)
        if approval.state is not ApprovalState.OPEN:
            await refuse_decided(tx, approval)
        if tx.now < approval.expires_at:
            raise wrong("approval_id", "its time is not over")
        # Nothing below may refuse.
        await end(tx, approval, state=ApprovalState.EXPIRED)
        await end_asking(tx, approval, state=OverrideState.EXPIRED)
        tx.record(
            AuditNote(
                Happened.OVERRIDE_EXPIRED,
                place_of(approval),
                subject_id=approval.subject_id,
                amount=approval.amount,
                details={"approval": approval.id},
            )
        )
        return OverrideRequestOver(approval.subject_id, OverrideState.EXPIRED, approval.amount)


async def end_asking(tx: Transaction, approval: Approval, *, state: OverrideState) -> None:
    """Write where the boost lives that nobody is asked any more, and tell of it; the approval's row is the caller's."""
    override = await locked_override(tx, approval.subject_id)
    await set_override(tx, override.id, state=state.value, ended_at=tx.now)
    tx.emit(
        OverrideRequestEnded(
            override_id=override.id, user_id=override.user_id, amount=override.asked, state=state.value
        )
    )
