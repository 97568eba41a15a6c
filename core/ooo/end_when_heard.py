"""Something is heard of somebody who was away because nothing was: from that moment on they are back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.ooo.absences import lock_open, place_of
from core.ooo.ending import BackAtWork, come_back
from core.ooo.silence import heard_since
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWhenHeard:
    """The job's, with the moment of the call or command as its now; `version` is the absence's when it was found."""

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
        """Refuses an absence that is over, was said by somebody meanwhile, or of whose person nothing is heard."""
        item = await lock_open(tx, self.absence_id)
        items = [item] if item.is_open_ended and item.version == self.version else []
        heard_at = (await heard_since(tx.connection, tx.organization_id, items=items)).get(item.id)
        if heard_at is None or tx.now < heard_at:
            raise Refused(refuse(Because.ABSENCE_OVER, absence=item.id, state="changed"))
        # Nothing below may refuse.
        return await come_back(tx, item, ends_at=tx.now, place=await self.place(tx))
