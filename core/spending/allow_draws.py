"""A person's monthly allowance on the team pool: an account of its own, so that the limit is kept under the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.create_user import Seniority
from core.directory.policies import pool_policy
from core.ledger.accounts import NEVER, Kind, Unit, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import lock, open_account
from core.ledger.moving import Move
from core.storage.audit_types import Happened
from core.storage.tables import users
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowance account and the credits that may be drawn in its month."""

    account: str
    monthly: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowDraws:
    """Open a person's allowance on a team's pool for one month (`month` is its first day)."""

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
        """Open the account and fill it once; how much the policy says is read here, not claimed."""
        policy = await pool_policy(tx.connection, tx.organization_id, team_id=self.team_id)
        monthly = policy.monthly_limit(is_junior=await _is_junior(tx, self.user_id))
        owner = f"{self.team_id}/{self.user_id}/{self.month:%Y-%m}"
        source = await open_account(tx, Kind.ALLOTTED, owner_id=owner, unit=Unit.ALLOWANCE)
        account = await open_account(tx, Kind.ALLOWANCE, owner_id=owner, belongs_to=self.user_id, unit=Unit.ALLOWANCE)
        locked = await lock(tx, (source, account))
        Move(source, account, monthly, PostingKind.ALLOT, given=NEVER).apply(locked.books, locked.entry)
        await locked.write()
        place = await self.place(tx)
        tx.record(AuditNote(Happened.POOL_ALLOWANCE_OPENED, place, subject_id=self.user_id, amount=monthly))
        return Allowed(account, monthly)


async def _is_junior(tx: Transaction, user_id: str) -> bool:
    found = await tx.execute(
        select(users.c.seniority).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    return bool(found.scalar_one() == Seniority.JUNIOR)


def allowance_account(team_id: str, user_id: str, *, day: date) -> str:
    """The id of the allowance account that a day's draws count against."""
    return account_id(Kind.ALLOWANCE, f"{team_id}/{user_id}/{day:%Y-%m}")
