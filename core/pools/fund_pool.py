"""A team's budget puts credits into its pool; they keep their dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.texts import check_amount, reason_words
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import lock, open_account
from core.ledger.moving import Move
from core.pools.events import PoolFunded
from core.pools.moving import PoolMoved, moved
from core.pools.teams import active_team
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FundPool:
    """`amount` credits from the team's own budget."""

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
        """Refuses what is no team, an archived one, and more than its budget has."""
        check_amount(self.amount)
        words = reason_words(self.reason)
        team = await active_team(tx, self.team_id)
        budget, pool = account_id(Kind.BUDGET, team.id), await open_account(tx, Kind.POOL, owner_id=team.id)
        locked = await lock(tx, (budget, pool))
        Move(budget, pool, self.amount, PostingKind.ALLOCATE).apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        done = moved(locked, team, amount=self.amount)
        tx.emit(PoolFunded(team_id=team.id, by_id=tx.actor.id, amount=self.amount, available=done.pool_available))
        details = {"from": budget, "to": pool}
        tx.record(
            AuditNote(
                Happened.POOL_FUNDED, team.place, subject_id=team.id, amount=self.amount, details=details, words=words
            )
        )
        return done
