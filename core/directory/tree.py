"""Reading and locking the tree: its gate, its nodes, its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from core.access.places import path_from
from core.refusals import Because, Refused, refuse
from core.storage.tables import nodes, organizations, users
from core.storage.transaction import Place, Transaction


class NodeKind(StrEnum):
    """What stands in the tree above people."""

    ORGANIZATION = "organization"
    DEPARTMENT = "department"
    TEAM = "team"
    PROJECT = "project"


PARENTS: Final = {
    NodeKind.DEPARTMENT: frozenset({NodeKind.ORGANIZATION, NodeKind.DEPARTMENT}),
    NodeKind.TEAM: frozenset({NodeKind.DEPARTMENT, NodeKind.ORGANIZATION}),
    NodeKind.PROJECT: frozenset({NodeKind.TEAM, NodeKind.DEPARTMENT}),
}
"""Under what each kind may stand; an organization stands under nothing."""


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the tree. `path` is the ids from the organization down to itself."""

    id: str
    kind: NodeKind
    parent_id: str | None
    path: tuple[str, ...]
    name: str
    archived_at: datetime | None

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.path)


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the people; service accounts are people without a body."""

    id: str
    handle: str
    name: str
    email: str | None
    home_id: str
    seniority: str
    is_service: bool
    deactivated_at: datetime | None


_NODE: Final = (nodes.c.id, nodes.c.kind, nodes.c.parent_id, nodes.c.path, nodes.c.name, nodes.c.archived_at)
_PERSON: Final = tuple(users.c[name] for name in Person.__slots__)


async def gate(tx: Transaction) -> None:
    """Lock the organization's row: what changes the tree, its people or their roles comes one after the other."""
    row = select(organizations.c.organization_id).where(organizations.c.organization_id == tx.organization_id)
    await tx.execute(row.with_for_update())


async def node(tx: Transaction, node_id: str) -> Node:
    """A node, archived or not. Raises Refused when there is none."""
    found = await tx.execute(select(*_NODE).where(nodes.c.organization_id == tx.organization_id, nodes.c.id == node_id))
    row = found.one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_NODE, node=node_id))
    return Node(row.id, NodeKind(row.kind), row.parent_id, path_from(row.path), row.name, row.archived_at)


async def active_node(tx: Transaction, node_id: str) -> Node:
    """A node that is not archived. Raises Refused."""
    found = await node(tx, node_id)
    if found.archived_at is not None:
        raise Refused(refuse(Because.ARCHIVED_NODE, node=node_id, name=found.name))
    return found


async def home(tx: Transaction, node_id: str) -> Node:
    """A node where people may be at home: a team, a department, the organization. Raises Refused."""
    found = await active_node(tx, node_id)
    if found.kind is NodeKind.PROJECT:
        raise Refused(refuse(Because.WRONG_PARENT, node=node_id, kind=found.kind.value))
    return found


async def person(tx: Transaction, user_id: str) -> Person:
    """A person, active or not. Raises Refused when there is none."""
    found = await tx.execute(
        select(*_PERSON).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_USER, user=user_id))
    return Person(**row)


async def active_person(tx: Transaction, user_id: str) -> Person:
    """A person who may act. Raises Refused."""
    found = await person(tx, user_id)
    if found.deactivated_at is not None:
        raise Refused(refuse(Because.INACTIVE_USER, user=user_id))
    return found
