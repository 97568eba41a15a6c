"""The department, team or project that somebody means: by name or id."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, ClassVar, Final

from sqlalchemy import Row, select

from core.access.matrix import Permission
from core.access.places import path_from
from core.directory.people import colleagues
from core.directory.show_tree import NodeLine
from core.directory.tree import NodeKind
from core.refusals import Because, Refused, refuse
from core.storage.tables import nodes
from core.storage.transaction import Actor, Place, Transaction

_EVERY_KIND: Final = tuple(NodeKind)


@dataclass(frozen=True, kw_only=True)
class FindNode:
    """Places of these kinds that are not archived and have this name, whatever its case, or id."""

    organization_id: str
    actor: Actor
    text: str
    kinds: tuple[NodeKind, ...] = _EVERY_KIND

    needs: ClassVar[str] = Permission.SEE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> tuple[NodeLine, ...]:
        """One, or several of the same name. Refuses with UNKNOWN_NODE and as `near` what was nearly typed."""
        text = self.text.strip().casefold()
        found = await tx.execute(
            select(nodes)
            .where(
                nodes.c.organization_id == tx.organization_id,
                nodes.c.archived_at.is_(None),
                nodes.c.kind.in_([kind.value for kind in self.kinds]),
            )
            .order_by(nodes.c.path)
        )
        rows = found.all()
        fitting = [row for row in rows if text in {row.id, row.name.casefold()}]
        if not fitting:
            near = get_close_matches(text[:100], [row.name.casefold() for row in rows], n=1)
            names = {row.name.casefold(): row.name for row in rows}
            hint = {"near": names[near[0]]} if near else {}
            raise Refused(refuse(Because.UNKNOWN_NODE, node=self.text[:100], **hint))
        return tuple(map(_line, fitting))


def _line(row: Row[Any]) -> NodeLine:
    return NodeLine(row.id, row.kind, row.name, row.parent_id, path_from(row.path), is_archived=False)
