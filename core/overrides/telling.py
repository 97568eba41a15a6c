"""What becomes of a boost, told to the outbox and to the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.overrides.events import OverrideStarted
from core.overrides.funding import Begun
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person hears beside the numbers."""

    asked: int
    reason: str
    on_behalf_of: str | None = None
    note: str = ""


def tell_started(tx: Transaction, begun: Begun, *, told: Told, ends_at: datetime) -> None:
    """The person can spend more from now on."""
    tx.emit(
        OverrideStarted(
            override_id=begun.override_id,
            user_id=begun.user_id,
            amount=begun.amount,
            asked=told.asked,
            granted_by=begun.granted_by,
            on_behalf_of=told.on_behalf_of,
            ends_at=ends_at,
            reason=told.reason,
            note=told.note,
        )
    )
