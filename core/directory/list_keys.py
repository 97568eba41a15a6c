"""Which keys somebody has; never the keys themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.storage.tables import api_keys
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key."""

    id: str
    name: str
    hint: str
    environment: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ListKeys:
    """One's own, or those of a person whose keys one may revoke; newest first."""

    organization_id: str
    actor: Actor
    user_id: str

    needs: ClassVar[str] = Permission.REVOKE_KEYS

    async def place(self, tx: Transaction) -> Place:
        """The owner."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[KeyLine, ...]:
        """All of them, revoked ones too."""
        columns = [api_keys.c[name] for name in KeyLine.__slots__]
        rows = await tx.execute(
            select(*columns)
            .where(api_keys.c.organization_id == tx.organization_id, api_keys.c.user_id == self.user_id)
            .order_by(api_keys.c.created_at.desc(), api_keys.c.id.desc())
        )
        return tuple(KeyLine(**row) for row in rows.mappings())
