"""Where nodes and people are in the tree; a person's or node's id of another organization is simply unknown."""

from __future__ import annotations

from sqlalchemy import and_, select

from core.refusals import Because, Refused, refuse
from core.storage.tables import nodes, users
from core.storage.transaction import Place, Transaction


def organization_place(tx: Transaction) -> Place:
    """The whole organization."""
    return Place((tx.organization_id,))


def path_from(text: str) -> tuple[str, ...]:
    """The node ids of a path, from its column: each with a slash behind it, from the organization down."""
    return tuple(text.rstrip("/").split("/"))


def path_text(path: tuple[str, ...]) -> str:
    """A path as its column has it."""
    return "".join(f"{node}/" for node in path)


async def node_place(tx: Transaction, node_id: str) -> Place:
    """An organization, department, team or project. Raises Refused when there is none."""
    found = await tx.execute(
        select(nodes.c.path).where(nodes.c.organization_id == tx.organization_id, nodes.c.id == node_id)
    )
    path = found.scalar_one_or_none()
    if path is None:
        raise Refused(refuse(Because.UNKNOWN_NODE, node=node_id))
    return Place(path_from(path))


async def user_place(tx: Transaction, user_id: str) -> Place:
    """A person's home, and that it is their own affair. Raises Refused when there is none."""
    home = and_(nodes.c.organization_id == users.c.organization_id, nodes.c.id == users.c.home_id)
    found = await tx.execute(
        select(nodes.c.path)
        .join_from(users, nodes, home)
        .where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    path = found.scalar_one_or_none()
    if path is None:
        raise Refused(refuse(Because.UNKNOWN_USER, user=user_id))
    return Place(path_from(path), user_id)
