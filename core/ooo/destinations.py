"""The accounts behind the destinations of a plan, for one person at one moment."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from sqlalchemy import select

from core.directory.tree import NodeKind, node
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import Locked
from core.ooo.plans import Part, To
from core.storage.tables import nodes
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Around:
    """The accounts around a person: the pool of their team, their home's budget, the nearest department's budget.

    Without a team there is no pool; without a department the organization's budget stands for it.
    """

    pool: str | None
    parent: str
    department: str
    team_id: str | None
    department_id: str | None

    @property
    def rest_to(self) -> str:
        """Where what rounding leaves goes, and the part of a person who has left."""
        return self.pool or self.parent

    @property
    def grace_from(self) -> tuple[str, ...]:
        """The budgets that pay grace credits, in order."""
        owners = (self.team_id, self.department_id)
        return tuple(account_id(Kind.BUDGET, owner) for owner in owners if owner is not None)


async def around(tx: Transaction, home_id: str) -> Around:
    """Read the tree above a home."""
    home = await node(tx, home_id)
    team_id = home.id if home.kind is NodeKind.TEAM else None
    found = await tx.execute(
        select(nodes.c.id, nodes.c.kind).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.id.in_(list(home.path))
        )
    )
    departments = {row.id for row in found if row.kind == NodeKind.DEPARTMENT.value}
    department_id = next((above for above in reversed(home.path) if above in departments), None)
    return Around(
        pool=None if team_id is None else account_id(Kind.POOL, team_id),
        parent=account_id(Kind.BUDGET, home.id),
        department=account_id(Kind.BUDGET, department_id or tx.organization_id),
        team_id=team_id,
        department_id=department_id,
    )


def percents(parts: tuple[Part, ...], where: Around, *, active: Container[str]) -> dict[str, int]:
    """The percentage of each account. What names a person who is not `active` goes to the pool, else to the parent."""
    result: dict[str, int] = {}
    for part in parts:
        account = _account(part.to, where, active=active)
        result[account] = result.get(account, 0) + part.percent
    return result


def _account(to: str, where: Around, *, active: Container[str]) -> str:
    if to == To.PARENT:
        return where.parent
    if to == To.DEPARTMENT:
        return where.department
    return account_id(Kind.PERSONAL, to) if to in active else where.rest_to


def living(locked: Locked, account: str) -> str:
    """The account itself, or where it has been closed to: what was in it lies there."""
    heir = locked.account(account).closed_to
    return account if heir is None else living(locked, heir)
