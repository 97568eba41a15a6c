"""A person makes a key of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.key_making import Environment, KeyCreated, NewKey, make_key
from core.directory.tree import active_person
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, kw_only=True)
class CreateKey:
    """The caller makes the secret with `new_secret`, shows it once and sends digest and hint."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    name: str
    digest: str = field(repr=False)
    hint: str
    environment: Environment = Environment.PRODUCTION
    expires_at: datetime | None = None

    needs: ClassVar[str] = Permission.OWN_KEYS

    async def place(self, tx: Transaction) -> Place:
        """The owner: nobody but the person themselves, or the operator for them."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> KeyCreated:
        """Refuses an inactive owner, a time that has passed, and a digest that exists."""
        owner = await active_person(tx, self.user_id)
        key = NewKey(self.name, self.digest, self.hint, self.environment, self.expires_at)
        return await make_key(tx, owner, key=key)
