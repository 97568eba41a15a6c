"""A test-only deed: credits out of nothing, for tests that need money first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.ledger.accounts import NEVER, Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import lock
from core.ledger.moving import Move
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Funded:
    """The receipt of Fund."""

    amount: int


@dataclass(frozen=True, kw_only=True)
class Fund:
    """Issue credits to the organization's budget and hand them on to an account, for tests that need money first."""

    id: str
    organization_id: str
    actor: Actor
    account: str
    amount: int
    expires_on: date = NEVER

    needs: ClassVar[str] = Permission.ALLOCATE

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Funded:
        """Refuses what the ledger refuses."""
        issued = account_id(Kind.ISSUED, tx.organization_id)
        budget = account_id(Kind.BUDGET, tx.organization_id)
        locked = await lock(tx, [issued, budget, self.account])
        Move(issued, budget, self.amount, PostingKind.ISSUE, given=self.expires_on).apply(locked.books, locked.entry)
        if self.account != budget:
            # Everything else in the budget lasts as long or longer, or a test would fund from the wrong slice.
            Move(
                budget,
                self.account,
                self.amount,
                PostingKind.ALLOCATE,
                given=self.expires_on,
                not_before=self.expires_on,
            ).apply(locked.books, locked.entry)
        await locked.write()
        tx.record(AuditNote("test.funded", organization_place(tx), subject_id=self.account, amount=self.amount))
        return Funded(self.amount)
