"""What an absence will do, before anybody says yes: how many credits go where and when, and when it is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.quotas import quota_of
from core.directory.policies import ooo_policy
from core.ledger.accounts import Account, Kind, account_id
from core.ledger.reading import read_accounts
from core.ooo.absences import Absence
from core.ooo.days import DaysAway
from core.ooo.destinations import around, percents
from core.ooo.foresight import Outlook, Refill, ShareDay
from core.ooo.keeping import check_new, check_people, met_by, named_in, plan_of, spanning
from core.ooo.naming import Purse, purses, with_handles
from core.ooo.plans import Phase, Plan, default_plan, divide, parts_on, people_in
from core.ooo.shares import received_since, share_at
from core.ooo.words import AbsenceState, Reason, Source
from core.policy.ooo import OooPolicy
from core.policy.periods import expires_on
from core.storage.tables import absence_days, accounts
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.people import Party, read_parties


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one account will get in all."""

    to: Purse
    amount: int


@dataclass(frozen=True, slots=True)
class AbsencePreview:
    """If nobody does anything else until then. Nothing moves before `first_share_at` (None: nothing at all).

    At `ends_at` what is still there comes back and no more moves: from then on the quota is as always. `joins` are
    absences that become one with this, whose days are counted in. Of its `plan` people stand there by handle, `@bob`.
    """

    user_id: str
    starts_at: datetime
    ends_at: datetime
    days: int
    total: int
    to: tuple[Foreseen, ...]
    first_share_at: datetime | None
    joins: tuple[str, ...]
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAbsence:
    """Takes what SetOutOfOffice takes and refuses what it refuses."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    organization_id: str
    actor: Actor
    user_id: str
    starts_at: datetime
    ends_at: datetime
    phases: tuple[Phase, ...] = ()
    delegate_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> AbsencePreview:
        """Plays the days through."""
        parties = await self._parties(tx)
        home_id = parties[self.user_id].home_id
        policy = await ooo_policy(tx.connection, tx.organization_id, home_id=home_id)
        span, joins = await self._span(tx, policy)
        days = await self._days(tx, span.days(tx.zone))
        outlook = await self._outlook(tx, until=span.ends_at)
        moves = outlook.moves(days) if policy.auto_redistribute else []
        where = await around(tx, home_id)
        named_people = await read_parties(tx, people_in(span.plan))
        active = {party.id for party in named_people.values() if party.is_active}
        to: Counter[str] = Counter()
        for day, amount in moves:
            parts = parts_on(span.plan, span.days(tx.zone).nth(day.day))
            to.update(divide(amount, percents(parts, where, active=active), rest_to=where.rest_to))
        named = await purses(tx, to)
        first = next((day.at for day, amount in moves if amount), None)
        return AbsencePreview(
            user_id=self.user_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            days=len(days),
            total=to.total(),
            to=tuple(Foreseen(named[account], amount) for account, amount in to.items() if amount),
            first_share_at=None if first is None else max(first, tx.now),
            joins=joins,
            plan=await with_handles(tx, span.plan),
        )

    async def _parties(self, tx: Transaction) -> dict[str, Party]:
        check_new(tx, starts_at=self.starts_at, ends_at=self.ends_at)
        others = named_in(tx, self.phases, user_id=self.user_id, delegate_id=self.delegate_id)
        parties = await read_parties(tx, {self.user_id, *others})
        check_people(tx, parties, user_id=self.user_id, others=others)
        return parties

    async def _span(self, tx: Transaction, policy: OooPolicy) -> tuple[Absence, tuple[str, ...]]:
        """The absence as it would be kept."""
        new = Absence(
            id="",
            user_id=self.user_id,
            source=Source.MANUAL_STATUS.value,
            reason=Reason.OTHER.value,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            plan=self.phases or default_plan(policy),
            wait_hours=policy.trigger_after_hours,
            delegate_id=None,
            state=AbsenceState.OPEN,
            set_at=tx.now,
            version=1,
        )
        met = await met_by(tx, new)
        plan = plan_of(new, met, has_plan=bool(self.phases))
        return replace(spanning(new, met), plan=plan), tuple(other.id for other in met)

    async def _days(self, tx: Transaction, away: DaysAway) -> list[ShareDay]:
        """The days that have not been moved yet."""
        found = await tx.execute(
            select(absence_days.c.day).where(
                absence_days.c.organization_id == tx.organization_id, absence_days.c.user_id == self.user_id
            )
        )
        moved = set(found.scalars())
        days = []
        for day, at in away.moments():
            if day not in moved:
                share = await share_at(tx, self.user_id, at=at)
                amount, start = (0, None) if share is None else (share.amount, share.period_start)
                days.append(ShareDay(day, max(at, tx.now), amount, start))
        return days

    async def _outlook(self, tx: Transaction, *, until: datetime) -> Outlook:
        own = await _account(tx, account_id(Kind.PERSONAL, self.user_id))
        share = await share_at(tx, self.user_id, at=tx.now)
        start = None if share is None else share.period_start
        gifts = 0 if start is None else await received_since(tx, self.user_id, start=start)
        slices = [(part.expires_on, part.free) for part in own.slices if part.free > 0]
        return Outlook(_less(slices, own.owed + own.unbacked), gifts, start, await self._refills(tx, until=until))

    async def _refills(self, tx: Transaction, *, until: datetime) -> list[Refill]:
        quota = await quota_of(tx, self.user_id)
        if quota is None:
            return []
        windows = quota.schedule(tx.zone).windows_between(tx.now, until)
        return [
            Refill(window.start, quota.amount, expires_on(quota.rollover, window, grant_day=window.first_day))
            for window in windows
            if quota.serves(window)
        ]


def _less(slices: list[tuple[date, int]], owed: int) -> list[tuple[date, int]]:
    """What is owed is paid by the soonest slices."""
    left = []
    for expires_on_day, there in slices:
        paid = min(there, owed)
        owed -= paid
        left.append((expires_on_day, there - paid))
    return left


async def _account(tx: Transaction, account: str) -> Account:
    return (await read_accounts(tx.connection, tx.organization_id, accounts.c.id == account))[account]
