"""A key ends: at once here, within two seconds in every process that remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.keys import unknown_key
from core.storage.audit_types import Happened
from core.storage.tables import api_keys
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class KeyRevoked:
    """The receipt. `revoked_at` is the first time, however often it is revoked."""

    key_id: str
    user_id: str
    name: str
    revoked_at: datetime


@dataclass(frozen=True, kw_only=True)
class RevokeKey:
    """One's own key, or another's below the scope of who may revoke."""

    id: str
    organization_id: str
    actor: Actor
    key_id: str

    needs: ClassVar[str] = Permission.REVOKE_KEYS

    async def place(self, tx: Transaction) -> Place:
        """The key's owner."""
        return await user_place(tx, (await self._key(tx)).user_id)

    async def execute(self, tx: Transaction) -> KeyRevoked:
        """Refuses an unknown key."""
        key = await self._key(tx)
        place = await user_place(tx, key.user_id)
        # Nothing below may refuse.
        await tx.execute(
            update(api_keys)
            .where(
                api_keys.c.organization_id == tx.organization_id,
                api_keys.c.id == key.id,
                api_keys.c.revoked_at.is_(None),
            )
            .values(revoked_at=tx.now)
        )
        tx.record(
            AuditNote(
                Happened.KEY_REVOKED,
                place,
                subject_id=key.user_id,
                details={"key": key.id},
                words={"name": Words(key.name, about_user_id=key.user_id)},
            )
        )
        return KeyRevoked(key.id, key.user_id, key.name, key.revoked_at or tx.now)

    async def _key(self, tx: Transaction) -> Row[Any]:
        found = await tx.execute(
            select(api_keys).where(api_keys.c.organization_id == tx.organization_id, api_keys.c.id == self.key_id)
        )
        row = found.one_or_none()
        if row is None:
            raise unknown_key()
        return row
