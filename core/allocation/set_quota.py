"""What a node or a person is given each period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.allocation.grants import Grant, add_grants, change_grant, grant_begun, present_grant, served
from core.allocation.owners import Owner, find_owner, gaining_owner, require_issuer
from core.allocation.quotas import quota_of
from core.allocation.texts import check_amount, check_typed
from core.directory.texts import wrong
from core.directory.tree import gate
from core.ledger.accounts import MAX_CREDITS
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import BeginPeriod, Move, SetFloor
from core.policy.periods import DEFAULT_ROLLOVER, Period, Rollover, Schedule, Window, expires_on
from core.policy.quotas import Quota
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import quotas
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class QuotaSet:
    """The receipt. `granted_now` is the difference that was granted at once, `next_refresh` when the rest begins."""

    owner_id: str
    amount: int
    granted_now: int
    next_refresh: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuota:
    """`typed` is the amount as somebody wrote it, for showing it again; `amount` is credits.

    A new or changed quota counts from the next beginning of a period; with `grant_now` what it is more than what was
    due for the present period is granted at once. `overdraft` is how far below zero calls may go without a hard limit.
    `valid_until` is the last day on which a period may begin; what was granted keeps its dates.
    """

    needs: ClassVar[str] = Permission.ALLOCATE
    id: str
    organization_id: str
    actor: Actor
    owner_id: str
    amount: int
    typed: str
    period: Period
    anchor: date
    rollover: Rollover = DEFAULT_ROLLOVER
    hard_limit: bool = True
    overdraft: int = 0
    valid_until: date | None = None
    grant_now: bool = False

    async def place(self, tx: Transaction) -> Place:
        """The parent of what gains."""
        return (await find_owner(tx, self.owner_id)).place

    async def execute(self, tx: Transaction) -> QuotaSet:
        """Refuses the actor's own gain, values out of range, and a difference that the parent does not have."""
        schedule = self._check(tx)
        await gate(tx)
        owner = await gaining_owner(tx, self.owner_id)
        if owner.parent_id is None:
            await require_issuer(tx)
        before = await quota_of(tx, owner.id)
        window = schedule.window_at(tx.now)
        present = await present_grant(tx, owner.id) or await self._ended(tx, owner, window=window)
        if self.grant_now and window is None:
            raise wrong("anchor", "nothing can be granted before the first period begins")
        quota = self._quota(await self._counts_from(tx, before, window=window))
        locked = await lock(tx, (owner.parent_account, owner.account))
        granted = self._grant(locked, owner, present=present, window=window)
        # Nothing below may refuse.
        SetFloor(owner.account, -self.overdraft).apply(locked.books, locked.entry)
        await locked.write()
        await _keep(tx, quota)
        await self._note_grant(tx, owner, present=present, window=window, granted=granted)
        tx.record(self._note(owner, before=before, quota=quota, granted=granted))
        following = quota.next_window(tx.zone, after=tx.now)
        return QuotaSet(owner.id, self.amount, granted, None if following is None else following.start)

    def _check(self, tx: Transaction) -> Schedule:
        check_amount(self.amount)
        check_typed(self.typed)
        if self.hard_limit and self.overdraft != 0:
            raise wrong("overdraft", "a hard limit has none")
        if not self.hard_limit and not 0 < self.overdraft <= MAX_CREDITS:
            raise wrong("overdraft", f"without a hard limit it should be 1 to {MAX_CREDITS:,} credits")
        if self.valid_until is not None and self.valid_until < tx.today:
            raise wrong("valid_until", "it has passed")
        try:
            return Schedule(self.period, self.anchor, tx.zone)
        except ValueError as error:
            raise wrong("anchor", str(error)) from error

    def _quota(self, counts_from: datetime) -> Quota:
        return Quota(
            self.owner_id,
            self.amount,
            self.typed,
            self.period,
            self.anchor,
            self.rollover,
            self.hard_limit,
            self.valid_until,
            counts_from,
        )

    async def _counts_from(self, tx: Transaction, before: Quota | None, *, window: Window | None) -> datetime:
        """From now on; but a refresh that is overdue is not lost: then the new quota serves what the old one owed."""
        overdue = None if before is None else before.schedule(tx.zone).window_at(tx.now)
        if before is None or overdue is None or not before.serves(overdue):
            return tx.now
        if self.owner_id in await served(tx, [self.owner_id], start=overdue.start):
            return tx.now
        if (before.period, before.anchor) == (self.period, self.anchor):
            return before.counts_from
        return tx.now if window is None else window.start

    async def _ended(self, tx: Transaction, owner: Owner, *, window: Window | None) -> Grant | None:
        """Of a shorter period that began with the new one and is over: it counts as granted, and owes nothing."""
        ended = None if window is None else await grant_begun(tx, owner.id, start=window.start)
        return None if ended is None else replace(ended, quota=ended.granted)

    def _grant(self, locked: Locked, owner: Owner, *, present: Grant | None, window: Window | None) -> int:
        """Grant what the new quota is more than the present period's."""
        difference = self.amount - (present.quota if present is not None else 0)
        if not self.grant_now or difference <= 0 or window is None:
            return 0
        expiry = expires_on(self.rollover, window, grant_day=locked.entry.today)
        move = Move(owner.parent_account, owner.account, difference, PostingKind.GRANT, given=expiry)
        move.apply(locked.books, locked.entry)
        if present is None:
            BeginPeriod(owner.account).apply(locked.books, locked.entry)
        return difference

    async def _note_grant(
        self, tx: Transaction, owner: Owner, *, present: Grant | None, window: Window | None, granted: int
    ) -> None:
        """Remember it as the present period's, so that no refresh serves that period again."""
        if not granted or window is None:
            return
        if present is not None:
            end = present.end if present.end > tx.now else window.end
            await change_grant(tx, replace(present, quota=self.amount, granted=present.granted + granted, end=end))
            return
        expiry = expires_on(self.rollover, window, grant_day=tx.today)
        new = Grant(
            owner_id=owner.id,
            start=window.start,
            end=window.end,
            parent_id=owner.parent_id,
            quota=self.amount,
            granted=granted,
            expires_on=expiry,
        )
        await add_grants(tx, [new])

    def _note(self, owner: Owner, *, before: Quota | None, quota: Quota, granted: int) -> AuditNote:
        after = shown(quota) | {"overdraft": self.overdraft}
        return AuditNote(
            Happened.QUOTA_SET,
            owner.place,
            subject_id=owner.id,
            amount=self.amount,
            details={"before": None if before is None else shown(before), "after": after, "granted_now": granted},
        )


async def _keep(tx: Transaction, quota: Quota) -> None:
    """Write the quota in place of the one before."""
    values = {
        "amount": quota.amount,
        "typed": quota.typed,
        "period": quota.period.value,
        "anchor": quota.anchor,
        "rollover": str(quota.rollover),
        "hard_limit": quota.hard_limit,
        "valid_until": quota.valid_until,
        "counts_from": quota.counts_from,
        "set_at": tx.now,
    }
    key = {"organization_id": tx.organization_id, "owner_id": quota.owner_id}
    statement = insert_into(tx.connection, quotas).values(**key, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def shown(quota: Quota) -> dict[str, Any]:
    """A quota as the audit trail has it."""
    return {
        "amount": quota.amount,
        "typed": quota.typed,
        "period": quota.period.value,
        "anchor": quota.anchor,
        "rollover": str(quota.rollover),
        "hard_limit": quota.hard_limit,
        "valid_until": quota.valid_until,
    }
