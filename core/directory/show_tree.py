"""The organization as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import node_place, path_from, path_text
from core.directory.people import colleagues
from core.storage.tables import nodes
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node; parents come before their children, siblings by name."""

    id: str
    kind: str
    name: str
    parent_id: str | None
    path: tuple[str, ...]
    is_archived: bool


@dataclass(frozen=True, kw_only=True)
class Tree:
    """All nodes from `under` (by default the organization) down, itself first."""

    organization_id: str
    actor: Actor
    under: str | None = None
    with_archived: bool = False

    needs: ClassVar[str] = Permission.SEE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> tuple[NodeLine, ...]:
        """Refuses an unknown node."""
        root = await node_place(tx, self.under or tx.organization_id)
        chosen = select(nodes).where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.path.startswith(path_text(root.path), autoescape=True),
        )
        if not self.with_archived:
            chosen = chosen.where(nodes.c.archived_at.is_(None))
        rows = await tx.execute(chosen)
        lines = [
            NodeLine(
                row.id,
                row.kind,
                row.name,
                row.parent_id,
                path_from(row.path),
                row.archived_at is not None,
            )
            for row in rows
        ]
        names = {line.id: line.name for line in lines}
        return tuple(sorted(lines, key=lambda line: [(names.get(node, "").casefold(), node) for node in line.path]))
