"""Somebody is back before the end: what was moved comes back now, and nothing more moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.ooo.absences import lock_open, place_of
from core.ooo.ending import BackAtWork, come_back
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnEarly:
    """From now on the person is not away. Without an id: one's own present or next one."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    id: str
    organization_id: str
    actor: Actor
    absence_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> BackAtWork:
        """Refuses an absence that is over, and one that has not begun: that one is cancelled."""
        item = await lock_open(tx, self.absence_id)
        if tx.now < item.starts_at:
            raise Refused(refuse(Because.NOT_AWAY_YET, absence=item.id, starts=item.starts_at))
        # Nothing below may refuse.
        return await come_back(
            tx, item, ends_at=max(tx.now, item.starts_at), place=await self.place(tx), planned_end=item.ends_at
        )
