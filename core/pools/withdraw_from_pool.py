"""Credits of a pool go back to the team's budget; they keep their dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.texts import check_amount, reason_words
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import lock
from core.ledger.moving import Move
from core.pools.events import PoolWithdrawn
from core.pools.moving import PoolMoved, moved
from core.pools.teams import active_team
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFromPool:
    """What calls have reserved, and what waits for a decision, stays."""

    needs: ClassVar[str] = Permission.MANAGE_POOL
    id: str
    organization_id: str
    actor: Actor
    team_id: str
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The team."""
        return await node_place(tx, self.team_id)

    async def execute(self, tx: Transaction) -> PoolMoved:
        """Refuses what is no team, an archived one, and more than the pool has free."""
        check_amount(self.amount)
        words = reason_words(self.reason)
        team = await active_team(tx, self.team_id)
        budget, pool = account_id(Kind.BUDGET, team.id), account_id(Kind.POOL, team.id)
        locked = await lock(tx, (budget, pool))
        free = locked.account(pool).free_on(tx.today)
        if free < self.amount:
            raise Refused(refuse(Because.POOL_SHORT, asked=self.amount, available=free))
        Move(pool, budget, self.amount, PostingKind.WITHDRAW).apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        done = moved(locked, team, amount=self.amount)
        tx.emit(PoolWithdrawn(team_id=team.id, by_id=tx.actor.id, amount=self.amount, available=done.pool_available))
        details = {"from": pool, "to": budget}
        tx.record(
            AuditNote(
                Happened.POOL_WITHDRAWN,
                team.place,
                subject_id=team.id,
                amount=self.amount,
                details=details,
                words=words,
            )
        )
        return done
