"""What a team's pool is filled up to, from the budget above the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, insert, update

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.texts import check_amount, check_typed
from core.directory.policies import pool_policy
from core.directory.texts import wrong
from core.directory.tree import gate
from core.pools.quotas import next_filling, pool_quota
from core.pools.teams import active_team
from core.storage.audit_types import Happened
from core.storage.tables import pool_quotas
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class PoolQuotaSet:
    """The receipt; without an amount the pool is filled up no more."""

    team_id: str
    team: str
    amount: int | None
    schedule: str | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPoolQuota:
    """`typed` is the amount as somebody wrote it; None takes the quota away. It counts from the next filling on."""

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    amount: int | None
    typed: str = ""

    async def place(self, tx: Transaction) -> Place:
        """What stands above the team: its budget pays."""
        path = (await node_place(tx, self.team_id)).path
        return Place(path[:-1] or path)

    async def execute(self, tx: Transaction) -> PoolQuotaSet:
        """Refuses what is no team, an archived one, amounts out of range, and taking away what is not there."""
        if self.amount is not None:
            check_amount(self.amount)
            check_typed(self.typed)
        await gate(tx)
        team = await active_team(tx, self.team_id)
        before = await pool_quota(tx, team.id)
        if self.amount is None and before is None:
            raise wrong("amount", "the pool has no quota")
        # Nothing below may refuse.
        await self._keep(tx, is_new=before is None)
        details = {"before": None if before is None else before.amount, "after": self.amount}
        amount = self.amount or 0
        tx.record(AuditNote(Happened.POOL_QUOTA_SET, team.place, subject_id=team.id, amount=amount, details=details))
        if self.amount is None:
            return PoolQuotaSet(team.id, team.name, None, None, None)
        policy = await pool_policy(tx.connection, tx.organization_id, team_id=team.id)
        schedule = policy.replenishment.schedule
        following = next_filling(schedule, after=tx.now, zone=tx.zone)
        return PoolQuotaSet(team.id, team.name, self.amount, schedule.value, following)

    async def _keep(self, tx: Transaction, *, is_new: bool) -> None:
        """A changed quota keeps what it was served, so that a filling that is overdue is not lost."""
        row = (pool_quotas.c.organization_id == tx.organization_id, pool_quotas.c.team_id == self.team_id)
        if self.amount is None:
            await tx.execute(delete(pool_quotas).where(*row))
            return
        values = {"amount": self.amount, "typed": self.typed}
        if not is_new:
            await tx.execute(update(pool_quotas).where(*row).values(values))
            return
        key = {"organization_id": tx.organization_id, "team_id": self.team_id}
        since = {"counts_from": tx.now, "served_to": tx.now, "is_short": False}
        await tx.execute(insert(pool_quotas).values(**key, **values, **since))
