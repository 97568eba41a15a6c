"""Nodes under one parent have names that people can tell apart."""

from __future__ import annotations

from sqlalchemy import select

from core.refusals import Because, Refused, refuse
from core.storage.tables import nodes
from core.storage.transaction import Transaction


async def refuse_same_name(tx: Transaction, name: str, *, parent_id: str, besides: str | None = None) -> None:
    """Raise Refused when an active node under the parent, besides the named one, has the name. Needs the gate."""
    siblings = await tx.execute(
        select(nodes.c.id, nodes.c.name).where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.parent_id == parent_id,
            nodes.c.archived_at.is_(None),
        )
    )
    if any(row.name.casefold() == name.casefold() and row.id != besides for row in siblings):
        raise Refused(refuse(Because.NAME_TAKEN, field="name"))
