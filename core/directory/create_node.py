"""A department, team or project comes to be, with its budget; a team also with its pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import insert

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import node_place, path_text
from core.directory.shaping import SHAPING
from core.directory.siblings import refuse_same_name
from core.directory.texts import clean_name
from core.directory.tree import PARENTS, Node, NodeKind, active_node, gate
from core.ledger.accounts import Kind
from core.ledger.locking import open_account
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import nodes
from core.storage.transaction import Actor, AuditNote, Place, Transaction

_PREFIX: Final = {NodeKind.DEPARTMENT: "dep", NodeKind.TEAM: "team", NodeKind.PROJECT: "proj"}


@dataclass(frozen=True, slots=True)
class NodeCreated:
    """The receipt."""

    node_id: str
    kind: str
    name: str
    parent_id: str


@dataclass(frozen=True, kw_only=True)
class CreateNode:
    """A department or team under the organization or a department; a project under a team or a department."""

    id: str
    organization_id: str
    actor: Actor
    kind: NodeKind
    name: str
    parent_id: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The parent."""
        return await node_place(tx, self.parent_id)

    async def execute(self, tx: Transaction) -> NodeCreated:
        """Refuses a wrong or archived parent and a name that an active sibling has."""
        await gate(tx)
        parent = await active_node(tx, self.parent_id)
        if parent.kind not in PARENTS.get(self.kind, frozenset()):
            raise Refused(refuse(Because.WRONG_PARENT, kind=self.kind.value, parent=parent.kind.value))
        await require(tx, needs=SHAPING[self.kind], place=parent.place)
        name = clean_name(self.name, field="name")
        await refuse_same_name(tx, name, parent_id=parent.id)
        # Nothing below may refuse.
        node_id = await self._plant(tx, name, parent=parent)
        tx.record(
            AuditNote(
                Happened.NODE_CREATED,
                Place((*parent.path, node_id)),
                subject_id=node_id,
                details={"kind": self.kind.value, "name": name, "parent": parent.id},
            )
        )
        return NodeCreated(node_id, self.kind.value, name, parent.id)

    async def _plant(self, tx: Transaction, name: str, *, parent: Node) -> str:
        node_id = tx.new_id(_PREFIX[self.kind])
        await tx.execute(
            insert(nodes).values(
                organization_id=tx.organization_id,
                id=node_id,
                kind=self.kind.value,
                parent_id=parent.id,
                path=path_text((*parent.path, node_id)),
                name=name,
                created_at=tx.now,
            )
        )
        await open_account(tx, Kind.BUDGET, owner_id=node_id)
        if self.kind is NodeKind.TEAM:
            await open_account(tx, Kind.POOL, owner_id=node_id)
        return node_id
