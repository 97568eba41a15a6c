"""A call is the first in its month to reach for a team pool, or the limit has changed since: the allowance follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.create_user import Seniority
from core.directory.policies import pool_policy
from core.directory.tree import node, person
from core.ledger.locking import lock
from core.spending.allowances import Allowance, SetLimit, open_allowance
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowance account and the credits that may be drawn in its month."""

    account: str
    monthly: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowDraws:
    """Open a person's allowance on a team's pool for one month (`month` is its first day), or set its limit anew."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    user_id: str
    month: date

    async def place(self, tx: Transaction) -> Place:
        """The person's home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> Allowed:
        """How much the policy says is read here, not claimed."""
        team = await node(tx, self.team_id)
        policy = await pool_policy(tx.connection, tx.organization_id, team_id=team.id)
        drawer = await person(tx, self.user_id)
        monthly = policy.monthly_limit(is_junior=drawer.seniority == Seniority.JUNIOR)
        allowance = Allowance(team.id, self.user_id, self.month)
        await open_allowance(tx, allowance)
        locked = await lock(tx, (allowance.source, allowance.account))
        SetLimit(allowance, monthly).apply(locked.books, locked.entry)
        await locked.write()
        place = await self.place(tx)
        tx.record(AuditNote(Happened.POOL_ALLOWANCE_OPENED, place, subject_id=self.user_id, amount=monthly))
        return Allowed(allowance.account, monthly)
