"""An absence ends when it was said to: what was moved comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.ooo.absences import lock_open, place_of
from core.ooo.ending import BackAtWork, come_back
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFromAbsence:
    """The job's; `version` is the absence's when it was found due."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    absence_id: str
    version: int

    async def place(self, tx: Transaction) -> Place:
        """The person's."""
        return await place_of(tx, self.absence_id)

    async def execute(self, tx: Transaction) -> BackAtWork:
        """Refuses an absence that is over or has been changed meanwhile."""
        item = await lock_open(tx, self.absence_id)
        if item.version != self.version or tx.now < item.ends_at:
            raise Refused(refuse(Because.ABSENCE_OVER, absence=item.id, state="changed"))
        # Nothing below may refuse.
        return await come_back(tx, item, ends_at=item.ends_at, place=await self.place(tx))
