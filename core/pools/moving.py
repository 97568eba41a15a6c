"""Credits between a team's budget and its pool: what putting in and taking out have in common."""

from __future__ import annotations

from dataclasses import dataclass

from core.directory.tree import Node
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import Locked


@dataclass(frozen=True, slots=True)
class PoolMoved:
    """The receipt: what the pool and the team's budget have now."""

    team_id: str
    team: str
    amount: int
    pool_available: int
    budget_available: int


def moved(locked: Locked, team: Node, *, amount: int) -> PoolMoved:
    """The receipt, when both accounts are written."""
    pool, budget = (locked.account(account_id(kind, team.id)) for kind in (Kind.POOL, Kind.BUDGET))
    today = locked.entry.today
    return PoolMoved(team.id, team.name, amount, pool.free_on(today), budget.free_on(today))
