"""The policy documents of one place, every version with its author and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import node_place
from core.storage.tables import policies
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version; `changes` is field → [before, after] against the one before it."""

    kind: str
    version: int
    applied_at: datetime
    author_id: str
    text: str
    document: dict[str, Any]
    changes: dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class ShowPolicies:
    """Whoever sees what is used in a place sees by which rules; `with_history` gives old versions too."""

    organization_id: str
    actor: Actor
    scope_id: str
    with_history: bool = False

    needs: ClassVar[str] = Permission.SEE_USAGE

    async def place(self, tx: Transaction) -> Place:
        """The organization, department or team."""
        return await node_place(tx, self.scope_id)

    async def answer(self, tx: Transaction) -> tuple[PolicyVersion, ...]:
        """By kind, the newest first."""
        found = await tx.execute(
            select(policies)
            .where(policies.c.organization_id == tx.organization_id, policies.c.scope_id == self.scope_id)
            .order_by(policies.c.kind, policies.c.version.desc())
        )
        versions: list[PolicyVersion] = []
        for row in found:
            if self.with_history or not versions or versions[-1].kind != row.kind:
                versions.append(
                    PolicyVersion(
                        row.kind, row.version, row.applied_at, row.author_id, row.text, row.document, row.changes
                    )
                )
        return tuple(versions)
