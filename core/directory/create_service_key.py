"""Who manages people makes a key for a service account, which has nobody to make its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.key_making import Environment, KeyCreated, NewKey, make_key
from core.directory.texts import wrong
from core.directory.tree import active_person
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, kw_only=True)
class CreateServiceKey:
    """As CreateKey, for `user_id` that is a service account. A person's key is made by nobody else."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    name: str
    digest: str = field(repr=False)
    hint: str
    environment: Environment = Environment.PRODUCTION
    expires_at: datetime | None = None

    needs: ClassVar[str] = Permission.MANAGE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """The service account's home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> KeyCreated:
        """Refuses a person as owner, and what CreateKey refuses."""
        owner = await active_person(tx, self.user_id)
        if not owner.is_service:
            raise wrong("user_id", "it should be a service account; people make their own keys")
        key = NewKey(self.name, self.digest, self.hint, self.environment, self.expires_at)
        return await make_key(tx, owner, key=key)
