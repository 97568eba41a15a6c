"""An absence is over: everything comes back as far as it is there, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.ooo.absences import Absence, change
from core.ooo.coming_back import CameBack, bring_back
from core.ooo.delegating import delegate
from core.ooo.events import AbsenceEnded, Portion
from core.ooo.words import AbsenceState
from core.storage.audit_types import Happened
from core.storage.transaction import AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class BackAtWork:
    """The receipt. `returned` came back, by account; `grace` came from a budget in place of what others used.

    `left` is what others used and nobody replaced.
    """

    absence_id: str
    user_id: str
    returned: int
    grace: int
    left: int
    by: tuple[Portion, ...]


async def end(tx: Transaction, item: Absence, *, state: AbsenceState, ends_at: datetime) -> BackAtWork:
    """End it; the person's row must be locked. Refuses nothing."""
    came = await bring_back(tx, item)
    over = replace(item, state=state, ends_at=ends_at, version=item.version + 1, set_at=tx.now)
    await change(tx, over, ended_at=tx.now)
    await delegate(tx, over)
    tx.emit(
        AbsenceEnded(
            absence_id=item.id,
            user_id=item.user_id,
            state=state.value,
            returned=came.returned,
            grace=came.grace,
            left=came.left,
            source=item.source,
        )
    )
    return BackAtWork(item.id, item.user_id, came.returned, came.grace, came.left, came.by)


async def come_back(
    tx: Transaction, item: Absence, *, ends_at: datetime, place: Place, planned_end: datetime | None = None
) -> BackAtWork:
    """End it because they are there again, and say so in the trail. `planned_end` where another moment was said."""
    back = await end(tx, item, state=AbsenceState.ENDED, ends_at=ends_at)
    planned = {} if planned_end is None else {"planned_end": planned_end}
    tx.record(
        AuditNote(
            Happened.ABSENCE_ENDED,
            place,
            subject_id=item.id,
            amount=back.returned + back.grace,
            details=ending_details(item, back) | planned,
        )
    )
    return back


def ending_details(item: Absence, came: CameBack | BackAtWork) -> dict[str, object]:
    """What the audit trail says of a return."""
    return {
        "user": item.user_id,
        "source": item.source,
        "returned": {portion.account: portion.amount for portion in came.by},
        "grace": came.grace,
        "left": came.left,
    }
