"""Who may shape which part of the tree, and which node is there to be shaped."""

from __future__ import annotations

from typing import Final, NamedTuple

from core.access.matrix import Permission
from core.directory.texts import wrong
from core.directory.tree import Node, NodeKind, active_node
from core.storage.transaction import Transaction

SHAPING: Final = {
    NodeKind.DEPARTMENT: Permission.MANAGE_ORGANIZATION,
    NodeKind.TEAM: Permission.MANAGE_ORGANIZATION,
    NodeKind.PROJECT: Permission.MANAGE_PROJECTS,
}
"""Departments and teams are the organization's settings; projects are a lead's own work."""


class Shaped(NamedTuple):
    """A node below the organization, its parent, and what shaping it needs."""

    node: Node
    parent_id: str
    needs: Permission


async def shaped_node(tx: Transaction, node_id: str) -> Shaped:
    """An active department, team or project. Raises Refused."""
    found = await active_node(tx, node_id)
    if found.parent_id is None:
        raise wrong("node_id", "it should be a department, team or project")
    return Shaped(found, found.parent_id, SHAPING[found.kind])
