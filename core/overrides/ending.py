"""A request for a boost that ends without a decision, written where the boost lives."""

from __future__ import annotations

from dataclasses import dataclass

from core.approvals.states import Approval
from core.overrides.events import OverrideRequestEnded
from core.overrides.rows import locked_override, set_override
from core.overrides.states import OverrideState
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OverrideRequestOver:
    """The receipt; `amount` was asked for."""

    override_id: str
    state: OverrideState
    amount: int


async def end_asking(tx: Transaction, approval: Approval, *, state: OverrideState) -> None:
    """Write where the boost lives that nobody is asked any more, and tell of it; the approval's row is the caller's."""
    override = await locked_override(tx, approval.subject_id)
    await set_override(tx, override.id, state=state.value, ended_at=tx.now)
    tx.emit(
        OverrideRequestEnded(
            override_id=override.id, user_id=override.user_id, amount=override.asked, state=state.value
        )
    )
