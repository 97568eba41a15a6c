"""The absence that was suggested to the actor, as long as their chat status says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.ooo.chat_statuses import status_of
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class Suggestion:
    """From when on, and until when."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedAbsence:
    """By its id, which stands behind the button."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    organization_id: str
    actor: Actor
    suggestion_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> Suggestion:
        """Refuses one that is over, was replaced, or says no end."""
        status = await status_of(tx.connection, tx.organization_id, user_id=self.actor.id)
        is_it = status is not None and status.is_away and status.suggestion_id == self.suggestion_id
        if status is None or not is_it or status.ends_at is None or status.ends_at <= tx.now:
            raise Refused(refuse(Because.SUGGESTION_OVER))
        return Suggestion(min(status.said_at, tx.now), status.ends_at)
