"""Credits whose day has passed expire on accounts that nobody touched since; every other operation does it itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import organization_place
from core.ledger.locking import lock
from core.ledger.moving import Retire
from core.storage.audit_types import Happened
from core.storage.tables import accounts
from core.storage.transaction import Actor, AuditNote, Place, Transaction

AT_ONCE: Final = 200
"""Accounts of one transaction."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The receipt: how many accounts were visited, and the credits that expired there."""

    visited: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireAccounts:
    """Visits at most 200 accounts, from `first` on, with credits that were good until before `day`.

    `version` is that of the first account, so that the next visit to it is another command.
    """

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    day: date
    first: str
    version: int

    async def place(self, tx: Transaction) -> Place:
        """The whole organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Expired:
        """Retire what is due; what holds have reserved stays until they end."""
        found = await tx.execute(
            select(accounts.c.id)
            .where(
                accounts.c.organization_id == tx.organization_id,
                accounts.c.next_expiry < self.day,
                accounts.c.id >= self.first,
            )
            .order_by(accounts.c.id)
            .limit(AT_ONCE)
        )
        due = list(found.scalars())
        locked = await lock(tx, due)
        expired = {account: Retire(account).apply(locked.books, locked.entry) for account in due}
        await locked.write()
        amount = sum(expired.values())
        tx.record(
            AuditNote(
                Happened.CREDITS_EXPIRED,
                organization_place(tx),
                subject_id=tx.organization_id,
                amount=amount,
                details={"expired": {account: credits for account, credits in expired.items() if credits}},
            )
        )
        return Expired(len(due), amount)
