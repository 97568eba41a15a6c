"""Who is at home somewhere, or anywhere below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from core.access.matrix import Permission
from core.access.places import node_place, path_text
from core.directory.people import PersonLine, colleagues, people_with_homes, person_lines
from core.storage.tables import nodes, users
from core.storage.transaction import Actor, Place, Transaction

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class People:
    """One page, by handle; `next_after` is the `after` of the next one, None at the end."""

    people: tuple[PersonLine, ...]
    next_after: str | None


@dataclass(frozen=True, kw_only=True)
class ListUsers:
    """`under` is a node; by default the organization. At most 500 at a time."""

    organization_id: str
    actor: Actor
    under: str | None = None
    with_inactive: bool = False
    after: str | None = None
    limit: int = 100

    needs: ClassVar[str] = Permission.SEE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> People:
        """Refuses an unknown node."""
        limit = max(1, min(self.limit, MOST))
        under = await node_place(tx, self.under or tx.organization_id)
        chosen = people_with_homes(tx).where(nodes.c.path.startswith(path_text(under.path), autoescape=True))
        if not self.with_inactive:
            chosen = chosen.where(users.c.deactivated_at.is_(None))
        if self.after is not None:
            chosen = chosen.where(users.c.handle > self.after)
        rows = (await tx.execute(chosen.order_by(users.c.handle).limit(limit + 1))).all()
        lines = await person_lines(tx, rows[:limit])
        return People(tuple(lines), lines[-1].handle if len(rows) > limit else None)
