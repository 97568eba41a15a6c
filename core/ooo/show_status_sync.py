"""What the organization does with chat statuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.directory.people import colleagues
from core.ooo.chat_statuses import rules_of
from core.ooo.status_rules import StatusRules
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatusSync:
    """Everybody may know what is done with their status."""

    needs: ClassVar[str] = Permission.SEE_PEOPLE
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> StatusRules:
        """Read it."""
        return await rules_of(tx.connection, tx.organization_id)
