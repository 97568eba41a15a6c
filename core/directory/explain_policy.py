"""Which rules count for a person, and which document at which place set each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.policies import layers_on
from core.directory.tree import node, person
from core.policy.documents import PolicyKind, settings
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One value. Without a place it is built in; `version` is that of the place's document."""

    kind: str
    field: str
    value: Any
    place: str | None
    version: int | None


@dataclass(frozen=True, kw_only=True)
class ExplainPolicy:
    """All four policies of a person, field by field."""

    organization_id: str
    actor: Actor
    user_id: str

    needs: ClassVar[str] = Permission.SEE_USAGE

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, and of those who lead them."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[PolicyValue, ...]:
        """In the order of the documents."""
        home = await node(tx, (await person(tx, self.user_id)).home_id)
        found: list[PolicyValue] = []
        for kind in PolicyKind:
            layers = await layers_on(tx.connection, tx.organization_id, kind=kind, path=home.path)
            found += [
                PolicyValue(
                    kind=kind.value,
                    field=setting.field,
                    value=setting.value,
                    place=setting.origin.name if setting.origin else None,
                    version=setting.origin.version if setting.origin else None,
                )
                for setting in settings(kind, layers)
            ]
        return tuple(found)
