"""A department, team or project ends; what its budget and pool have left goes to its parent's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, or_, select, update

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import node_place
from core.directory.shaping import shaped_node
from core.directory.tree import Node, NodeKind, gate
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import lock
from core.ledger.moving import Close
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import nodes, roles, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class NodeArchived:
    """The receipt. `credits` is what went to the parent's budget now; open holds follow when they end."""

    node_id: str
    parent_id: str
    credits: int


@dataclass(frozen=True, kw_only=True)
class ArchiveNode:
    """For good. Members of a project stay people; who is at home in a team or department must have moved before."""

    id: str
    organization_id: str
    actor: Actor
    node_id: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The node."""
        return await node_place(tx, self.node_id)

    async def execute(self, tx: Transaction) -> NodeArchived:
        """Refuses a node with active children or people."""
        await gate(tx)
        node, parent_id, needs = await shaped_node(tx, self.node_id)
        await require(tx, needs=needs, place=node.place)
        await _refuse_with_life(tx, node)
        own = [account_id(Kind.BUDGET, node.id)]
        if node.kind is NodeKind.TEAM:
            own.append(account_id(Kind.POOL, node.id))
        heir = account_id(Kind.BUDGET, parent_id)
        locked = await lock(tx, [*own, heir])
        # Nothing below may refuse.
        left = sum(locked.account(account).free_on(tx.today) for account in own)
        for account in own:
            Close(account, heir).apply(locked.books, locked.entry)
        await locked.write()
        await _end(tx, node)
        tx.record(
            AuditNote(
                Happened.NODE_ARCHIVED,
                node.place,
                subject_id=node.id,
                amount=left,
                details={"kind": node.kind.value, "to": parent_id},
            )
        )
        return NodeArchived(node.id, parent_id, left)


async def _refuse_with_life(tx: Transaction, node: Node) -> None:
    children = await tx.execute(
        select(func.count()).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.parent_id == node.id, nodes.c.archived_at.is_(None)
        )
    )
    people = await tx.execute(
        select(func.count()).where(
            users.c.organization_id == tx.organization_id, users.c.home_id == node.id, users.c.deactivated_at.is_(None)
        )
    )
    left = {"children": children.scalar_one(), "people": people.scalar_one()}
    if any(left.values()):
        raise Refused(refuse(Because.NOT_EMPTY, **left))


async def _end(tx: Transaction, node: Node) -> None:
    await tx.execute(
        update(nodes)
        .where(nodes.c.organization_id == tx.organization_id, nodes.c.id == node.id)
        .values(archived_at=tx.now)
    )
    await tx.execute(
        update(roles)
        .where(
            roles.c.organization_id == tx.organization_id,
            roles.c.scope_id == node.id,
            or_(roles.c.ends_at.is_(None), roles.c.ends_at > tx.now),
        )
        .values(ends_at=tx.now)
    )
