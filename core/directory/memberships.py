"""Who belongs to a project; shared by joining and leaving one."""

from __future__ import annotations

from sqlalchemy import select

from core.directory.texts import wrong
from core.directory.tree import Node, NodeKind, active_node
from core.storage.tables import project_members
from core.storage.transaction import Transaction


async def active_project(tx: Transaction, project_id: str) -> Node:
    """A project that is not archived. Raises Refused, also when the node is something else."""
    found = await active_node(tx, project_id)
    if found.kind is not NodeKind.PROJECT:
        raise wrong("project_id", "it should be a project")
    return found


async def is_member(tx: Transaction, project_id: str, *, user_id: str) -> bool:
    """Whether the person belongs to the project."""
    row = await tx.execute(
        select(project_members.c.user_id).where(
            project_members.c.organization_id == tx.organization_id,
            project_members.c.project_id == project_id,
            project_members.c.user_id == user_id,
        )
    )
    return row.one_or_none() is not None
