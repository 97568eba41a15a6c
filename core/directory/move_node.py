"""A department, team or project moves elsewhere in the tree, with everything below it and all its credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import bindparam, select, update

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import node_place, path_text
from core.directory.pending import follow_node
from core.directory.shaping import shaped_node
from core.directory.siblings import refuse_same_name
from core.directory.tree import PARENTS, Node, active_node, gate
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import nodes
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class NodeMoved:
    """The receipt. `nodes` is how many paths are different now."""

    node_id: str
    from_parent_id: str
    to_parent_id: str
    nodes: int


@dataclass(frozen=True, kw_only=True)
class MoveNode:
    """The mover must be allowed to shape both the old and the new place."""

    id: str
    organization_id: str
    actor: Actor
    node_id: str
    parent_id: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The node where it is."""
        return await node_place(tx, self.node_id)

    async def execute(self, tx: Transaction) -> NodeMoved:
        """Refuses a wrong or archived parent, also one that lies below the node itself."""
        await gate(tx)
        node, old_parent_id, needs = await shaped_node(tx, self.node_id)
        parent = await active_node(tx, self.parent_id)
        # Both parents: whoever leads one team may not take a project out of another's hands, or put one there.
        await require(tx, needs=needs, place=await node_place(tx, old_parent_id))
        await require(tx, needs=needs, place=parent.place)
        if parent.kind not in PARENTS[node.kind] or node.id in parent.path:
            raise Refused(refuse(Because.WRONG_PARENT, kind=node.kind.value, parent=parent.kind.value))
        await refuse_same_name(tx, node.name, parent_id=parent.id, besides=node.id)
        # Nothing below may refuse.
        moved = await _move(tx, node, parent=parent)
        tx.record(
            AuditNote(
                Happened.NODE_MOVED,
                Place((*parent.path, node.id)),
                subject_id=node.id,
                details={"before": {"parent": old_parent_id}, "after": {"parent": parent.id}, "nodes": moved},
            )
        )
        return NodeMoved(node.id, old_parent_id, parent.id, moved)


async def _move(tx: Transaction, node: Node, *, parent: Node) -> int:
    """Rewrite the parent, and the paths of the whole subtree, archived nodes too."""
    before, after = path_text(node.path), path_text((*parent.path, node.id))
    await follow_node(tx, before=before, after=after)
    subtree = await tx.execute(
        select(nodes.c.id, nodes.c.path).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.path.startswith(before, autoescape=True)
        )
    )
    paths = [{"b_id": row.id, "b_path": after + row.path.removeprefix(before)} for row in subtree]
    await tx.execute(
        update(nodes)
        .where(nodes.c.organization_id == tx.organization_id, nodes.c.id == node.id)
        .values(parent_id=parent.id)
    )
    rewrite = (
        update(nodes)
        .where(nodes.c.organization_id == tx.organization_id, nodes.c.id == bindparam("b_id"))
        .values(path=bindparam("b_path"))
    )
    await tx.execute(rewrite, paths)
    return len(paths)
