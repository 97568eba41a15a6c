"""It is time to fill up the pools right below a budget: all of them together and once, as far as the budget goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.shares import share_out
from core.directory.tree import gate
from core.ledger.accounts import Account, Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import BeginPeriod, Move
from core.policy.periods import day_of
from core.pools.events import PoolReplenished, PoolShort
from core.pools.filling import fillings
from core.pools.quotas import PoolQuota
from core.storage.audit_types import Happened
from core.storage.tables import pool_quotas
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class FilledUp:
    """What one pool got, and what it is still below its quota."""

    team_id: str
    amount: int
    missing: int


@dataclass(frozen=True, slots=True)
class PoolsReplenished:
    """The receipt."""

    parent_id: str
    pools: tuple[FilledUp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishPools:
    """Serves every pool right below the parent whose moment is `due`; credits keep their dates.

    A job runs it with its due moment as now: then a late run leaves the same books as a punctual one. What a short
    budget cannot give is not owed: the next moment fills up from what there is then.
    """

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    parent_id: str
    due: datetime

    async def place(self, tx: Transaction) -> Place:
        """The parent."""
        return await node_place(tx, self.parent_id)

    async def execute(self, tx: Transaction) -> PoolsReplenished:
        """A parent that is short divides what it has in proportion to what the pools lack."""
        await gate(tx)
        found = await fillings(tx.connection, tx.organization_id, zone=tx.zone)
        wanted = [item.quota for item in found if item.parent_id == self.parent_id and item.at == self.due]
        source = account_id(Kind.BUDGET, self.parent_id)
        locked = await lock(tx, (source, *map(_pool, wanted)))
        # Nothing below may refuse.
        lacking = {quota.team_id: _lack(locked, quota) for quota in wanted}
        parts = share_out(locked.account(source).free_on(tx.today), lacking)
        for quota in wanted:
            _fill(locked, quota, amount=parts.get(quota.team_id, 0), source=source)
        await locked.write()
        filled = tuple(FilledUp(team, parts.get(team, 0), lack - parts.get(team, 0)) for team, lack in lacking.items())
        for quota, done in zip(wanted, filled, strict=True):
            await self._keep(tx, done)
            self._tell(tx, quota, done=done, available=locked.account(_pool(quota)).free_on(tx.today))
        tx.record(await self._note(tx, filled))
        return PoolsReplenished(self.parent_id, filled)

    async def _keep(self, tx: Transaction, done: FilledUp) -> None:
        row = (pool_quotas.c.organization_id == tx.organization_id, pool_quotas.c.team_id == done.team_id)
        values = {"served_to": self.due, "is_short": done.missing > 0}
        await tx.execute(update(pool_quotas).where(*row).values(values))

    def _tell(self, tx: Transaction, quota: PoolQuota, *, done: FilledUp, available: int) -> None:
        shared = {"team_id": quota.team_id, "parent_id": self.parent_id}
        if done.amount:
            tx.emit(
                PoolReplenished(**shared, amount=done.amount, quota=quota.amount, available=available, due=self.due)
            )
        if done.missing and not quota.is_short:
            tx.emit(PoolShort(**shared, missing=done.missing, quota=quota.amount))

    async def _note(self, tx: Transaction, filled: tuple[FilledUp, ...]) -> AuditNote:
        return AuditNote(
            Happened.POOL_REPLENISHED,
            await self.place(tx),
            subject_id=self.parent_id,
            amount=sum(done.amount for done in filled),
            details={
                "due": self.due,
                "filled": {done.team_id: done.amount for done in filled},
                "missing": {done.team_id: done.missing for done in filled if done.missing},
            },
        )


def _pool(quota: PoolQuota) -> str:
    return account_id(Kind.POOL, quota.team_id)


def _lack(locked: Locked, quota: PoolQuota) -> int:
    """What calls and requests have set aside is still in the pool; what is due today no longer."""
    account: Account = locked.account(_pool(quota))
    today = locked.entry.today
    there = sum(part.remaining for part in account.slices if part.expires_on >= today) - account.owed
    return max(0, quota.amount - there)


def _fill(locked: Locked, quota: PoolQuota, *, amount: int, source: str) -> None:
    """Percentages of what is left count anew once a day, so that a pool that is filled hourly does not repeat them."""
    pool = _pool(quota)
    if amount:
        Move(source, pool, amount, PostingKind.REPLENISH).apply(locked.books, locked.entry)
    began = locked.account(pool).period_began
    if began is None or day_of(began, locked.tx.zone) != locked.entry.today:
        BeginPeriod(pool).apply(locked.books, locked.entry)
