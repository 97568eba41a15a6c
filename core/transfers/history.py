"""What somebody sent and received, and what can still be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, and_, or_, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.tables import transfers, users
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.states import UNDO_WINDOW, TransferState

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One transfer as this person sees it. `undo_until` is set while they can undo it."""

    transfer_id: str
    group_id: str
    is_sent: bool
    other_id: str
    other_handle: str
    amount: int
    state: str
    at: datetime
    undo_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The latest transfers of a person, newest first; `before` pages on. At most 200 lines."""

    needs: ClassVar[str] = Permission.SEE_PERSONAL_DETAIL
    organization_id: str
    actor: Actor
    user_id: str
    limit: int = 20
    before: datetime | None = None

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, and their managers'."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[HistoryLine, ...]:
        """Read."""
        mine = or_(transfers.c.sender_id == self.user_id, transfers.c.recipient_id == self.user_id)
        other = or_(
            and_(transfers.c.sender_id == self.user_id, users.c.id == transfers.c.recipient_id),
            and_(transfers.c.recipient_id == self.user_id, users.c.id == transfers.c.sender_id),
        )
        lines = (
            select(transfers, users.c.id.label("other_id"), users.c.handle)
            .join(users, and_(users.c.organization_id == transfers.c.organization_id, other))
            .where(transfers.c.organization_id == tx.organization_id, mine)
            .order_by(transfers.c.asked_at.desc(), transfers.c.id.desc())
            .limit(min(max(self.limit, 0), MOST_LINES))
        )
        found = await tx.execute(lines if self.before is None else lines.where(transfers.c.asked_at < self.before))
        return tuple(self._line(row, now=tx.now) for row in found)

    def _line(self, row: Row[Any], *, now: datetime) -> HistoryLine:
        is_sent = row.sender_id == self.user_id
        until = _undo_until(row, now=now) if is_sent else None
        at = row.completed_at or row.asked_at
        return HistoryLine(
            row.id, row.group_id, is_sent, row.other_id, row.handle, row.amount, row.state, at, undo_until=until
        )


def _undo_until(row: Row[Any], *, now: datetime) -> datetime | None:
    if row.state != TransferState.COMPLETED.value:
        return None
    until: datetime = row.completed_at + UNDO_WINDOW
    return until if now <= until else None
