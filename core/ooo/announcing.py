"""That somebody is away: what their team hears, and what the audit trail says of it."""

from __future__ import annotations

from collections.abc import Sequence

from core.ooo.absences import Absence
from core.ooo.events import AbsenceSet
from core.ooo.plans import To, plan_json
from core.storage.audit_types import Happened
from core.storage.transaction import ActorKind, AuditNote, Place, Transaction


def tell_of(tx: Transaction, item: Absence, *, home_id: str, moves: bool) -> None:
    """Tell whoever is at home there; `moves` when credits will."""
    is_for_another = tx.actor.kind is ActorKind.USER and tx.actor.id != item.user_id
    tx.emit(
        AbsenceSet(
            absence_id=item.id,
            user_id=item.user_id,
            home_id=home_id,
            reason=item.reason,
            starts_at=item.starts_at,
            ends_at=None if item.is_open_ended else item.ends_at,
            delegate_id=item.delegate_id,
            to_pool=_to_pool(item) if moves else 0,
            by_id=tx.actor.id if is_for_another else None,
            source=item.source,
        )
    )


def note_of(item: Absence, place: Place, *, merged: Sequence[str] = ()) -> AuditNote:
    """The audit note of a new absence."""
    return AuditNote(
        Happened.ABSENCE_SET,
        place,
        subject_id=item.id,
        details={
            "user": item.user_id,
            "source": item.source,
            "reason": item.reason,
            "starts_at": item.starts_at,
            "ends_at": item.ends_at,
            "phases": plan_json(item.plan),
            "delegate": item.delegate_id,
            "merged": list(merged),
        },
    )


def _to_pool(item: Absence) -> int:
    """Percent."""
    return sum(part.percent for part in item.plan[0].parts if part.to == To.POOL.value)
