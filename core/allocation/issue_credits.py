"""New credits come to be in the organization's budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.allocation.events import CreditsIssued
from core.allocation.owners import require_issuer
from core.allocation.texts import check_amount, check_expiry, reason_words
from core.ledger.accounts import NEVER, Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import lock
from core.ledger.moving import Move
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Issued:
    """The receipt. `available` is what the organization's budget has now."""

    amount: int
    expires_on: date
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCredits:
    """Without `expires_on` the credits never expire where they are: what is granted on gets the receiver's expiry."""

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    amount: int
    expires_on: date = NEVER
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The whole organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Issued:
        """Refuses an amount out of range and a day that has passed."""
        check_amount(self.amount)
        check_expiry(self.expires_on, today=tx.today)
        words = reason_words(self.reason)
        await require_issuer(tx)
        source, budget = (account_id(kind, tx.organization_id) for kind in (Kind.ISSUED, Kind.BUDGET))
        locked = await lock(tx, (source, budget))
        move = Move(source, budget, self.amount, PostingKind.ISSUE, given=self.expires_on)
        move.apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        tx.emit(CreditsIssued(amount=self.amount, expires_on=self.expires_on))
        tx.record(
            AuditNote(
                Happened.CREDITS_ISSUED,
                organization_place(tx),
                subject_id=tx.organization_id,
                amount=self.amount,
                details={"expires_on": self.expires_on},
                words=words,
            )
        )
        return Issued(self.amount, self.expires_on, locked.account(budget).free_on(tx.today))
