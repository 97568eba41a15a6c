"""A department, team or project gets another name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import node_place
from core.directory.shaping import shaped_node
from core.directory.siblings import refuse_same_name
from core.directory.texts import clean_name
from core.directory.tree import gate
from core.storage.audit_types import Happened
from core.storage.tables import nodes
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class NodeChanged:
    """The receipt."""

    node_id: str
    name: str
    before: str


@dataclass(frozen=True, kw_only=True)
class ChangeNode:
    """An organization's name is one of its settings: ChangeOrganization."""

    id: str
    organization_id: str
    actor: Actor
    node_id: str
    name: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The node."""
        return await node_place(tx, self.node_id)

    async def execute(self, tx: Transaction) -> NodeChanged:
        """Refuses an archived node and a name that an active sibling has."""
        await gate(tx)
        node, parent_id, needs = await shaped_node(tx, self.node_id)
        await require(tx, needs=needs, place=node.place)
        name = clean_name(self.name, field="name")
        await refuse_same_name(tx, name, parent_id=parent_id, besides=node.id)
        # Nothing below may refuse.
        await tx.execute(
            update(nodes).where(nodes.c.organization_id == tx.organization_id, nodes.c.id == node.id).values(name=name)
        )
        details = {"before": {"name": node.name}, "after": {"name": name}}
        tx.record(AuditNote(Happened.NODE_CHANGED, node.place, subject_id=node.id, details=details))
        return NodeChanged(node.id, name, node.name)
