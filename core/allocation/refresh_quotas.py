"""A period begins: one parent grants the quotas of everything right below it, together and once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import node_place, organization_place
from core.allocation.events import Granted, QuotaRefreshed, QuotaShort
from core.allocation.grants import Grant, add_grants, served
from core.allocation.owners import active_children
from core.allocation.quotas import quotas_of
from core.allocation.shares import share_out
from core.directory.tree import gate
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import BeginPeriod, Move
from core.policy.periods import expires_on
from core.policy.quotas import Quota
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The receipt. `short` is what the parent could not pay and owes until the period ends."""

    parent_id: str | None
    grants: tuple[Granted, ...]
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshQuotas:
    """Serves every period that began at `due` right below a parent; without a parent the organization's own, which is
    issued.

    A job runs it with its due moment as now: then a late run leaves the same books as a punctual one. Run with a later
    now, it grants nothing whose date has passed by then.
    """

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    parent_id: str | None
    due: datetime

    async def place(self, tx: Transaction) -> Place:
        """The parent."""
        return organization_place(tx) if self.parent_id is None else await node_place(tx, self.parent_id)

    async def execute(self, tx: Transaction) -> Refreshed:
        """Grant; a parent that is short divides what it has in proportion to the quotas."""
        await gate(tx)
        kinds = await active_children(tx, self.parent_id)
        wanted = await self._wanted(tx, kinds)
        accounts = {owner: account_id(kinds[owner], owner) for owner in wanted}
        locked = await lock(tx, (self._source(tx), *accounts.values()))
        # Nothing below may refuse.
        grants = self._divide(locked, wanted)
        for grant in grants:
            self._pay(locked, grant, account=accounts[grant.owner_id])
        await locked.write()
        await add_grants(tx, grants)
        receipt = Refreshed(
            self.parent_id,
            tuple(map(_granted, grants)),
            sum(grant.owed for grant in grants if grant.expires_on >= tx.today),
        )
        self._tell(tx, receipt)
        tx.record(await self._note(tx, receipt))
        return receipt

    async def _wanted(self, tx: Transaction, kinds: dict[str, Kind]) -> dict[str, Grant]:
        """What is due to each child, nothing granted yet."""
        done = await served(tx, kinds, start=self.due)
        candidates = (quota for owner, quota in (await quotas_of(tx, kinds)).items() if owner not in done)
        found = (self._due(tx, quota) for quota in candidates)
        return {grant.owner_id: grant for grant in sorted(filter(None, found), key=lambda grant: grant.owner_id)}

    def _due(self, tx: Transaction, quota: Quota) -> Grant | None:
        window = quota.schedule(tx.zone).window_at(self.due)
        if window is None or window.start != self.due or not quota.serves(window):
            return None
        return Grant(
            owner_id=quota.owner_id,
            start=window.start,
            end=window.end,
            parent_id=self.parent_id,
            quota=quota.amount,
            granted=0,
            expires_on=expires_on(quota.rollover, window, grant_day=tx.today),
        )

    def _source(self, tx: Transaction) -> str:
        if self.parent_id is None:
            return account_id(Kind.ISSUED, tx.organization_id)
        return account_id(Kind.BUDGET, self.parent_id)

    def _divide(self, locked: Locked, wanted: dict[str, Grant]) -> list[Grant]:
        today = locked.entry.today
        weights = {owner: grant.quota for owner, grant in wanted.items() if grant.expires_on >= today}
        source = locked.account(self._source(locked.tx))
        total = sum(weights.values()) if source.is_endless else source.free_on(today)
        parts = share_out(total, weights)
        return [replace(grant, granted=parts.get(owner, 0)) for owner, grant in wanted.items()]

    def _pay(self, locked: Locked, grant: Grant, *, account: str) -> None:
        if grant.granted:
            source = self._source(locked.tx)
            move = Move(source, account, grant.granted, PostingKind.GRANT, given=grant.expires_on)
            move.apply(locked.books, locked.entry)
        BeginPeriod(account).apply(locked.books, locked.entry)

    def _tell(self, tx: Transaction, receipt: Refreshed) -> None:
        if not receipt.grants:
            return
        tx.emit(QuotaRefreshed(parent_id=self.parent_id, period_start=self.due, grants=receipt.grants))
        if receipt.short and self.parent_id is not None:
            granted = sum(grant.granted for grant in receipt.grants)
            wanted = granted + receipt.short
            short = QuotaShort(parent_id=self.parent_id, period_start=self.due, wanted=wanted, granted=granted)
            tx.emit(short)

    async def _note(self, tx: Transaction, receipt: Refreshed) -> AuditNote:
        return AuditNote(
            Happened.QUOTA_REFRESHED,
            await self.place(tx),
            subject_id=self.parent_id or tx.organization_id,
            amount=sum(grant.granted for grant in receipt.grants),
            details={
                "period_start": self.due,
                "granted": {grant.owner_id: grant.granted for grant in receipt.grants},
                "short": receipt.short,
            },
        )


def _granted(grant: Grant) -> Granted:
    return Granted(owner_id=grant.owner_id, quota=grant.quota, granted=grant.granted, expires_on=grant.expires_on)
