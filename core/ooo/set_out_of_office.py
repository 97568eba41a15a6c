"""Somebody will be away, or is: from the day after on, their days' credits help others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.policies import ooo_policy
from core.ooo.absences import Absence
from core.ooo.announcing import note_of, tell_of
from core.ooo.keeping import check_new, check_people, keep_new, named_in
from core.ooo.plans import Phase, default_plan
from core.ooo.words import AbsenceState, Reason, Source
from core.policy.ooo import OooPolicy
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.people import lock_parties


@dataclass(frozen=True, slots=True)
class IsOutOfOffice:
    """The receipt. `merged` are absences that this one joined or swallowed; its days are those of all of them.

    `first_share_at` is when the first day's credits move; None when the absence is too short for that.
    """

    absence_id: str
    user_id: str
    starts_at: datetime
    ends_at: datetime
    first_share_at: datetime | None
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOutOfOffice:
    """Away in [starts_at, ends_at). Without `phases` credits go where the policy says.

    A start in the past counts: the shares of days gone by move at once. Who leads somebody may set it for them, but
    never in favour of themselves, and without naming a delegate.
    """

    needs: ClassVar[str] = Permission.SET_ABSENCE
    id: str
    organization_id: str
    actor: Actor
    user_id: str
    starts_at: datetime
    ends_at: datetime
    reason: Reason = Reason.OTHER
    source: Source = Source.MANUAL_STATUS
    phases: tuple[Phase, ...] = ()
    delegate_id: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> IsOutOfOffice:
        """Refuses times and splits that make no sense, and people who cannot get anything."""
        check_new(tx, starts_at=self.starts_at, ends_at=self.ends_at)
        others = named_in(tx, self.phases, user_id=self.user_id, delegate_id=self.delegate_id)
        parties = await lock_parties(tx, {self.user_id, *others})
        check_people(tx, parties, user_id=self.user_id, others=others)
        home_id = parties[self.user_id].home_id
        policy = await ooo_policy(tx.connection, tx.organization_id, home_id=home_id)
        kept = await keep_new(tx, self._absence(tx, policy), has_plan=bool(self.phases))
        # Nothing below may refuse.
        first = next(kept.absence.days(tx.zone).moments(), None)
        moves = first is not None and policy.auto_redistribute
        tell_of(tx, kept.absence, home_id=home_id, moves=moves)
        tx.record(note_of(kept.absence, await self.place(tx), merged=kept.merged))
        return IsOutOfOffice(
            kept.absence.id,
            self.user_id,
            kept.absence.starts_at,
            kept.absence.ends_at,
            None if first is None else max(first[1], tx.now),
            kept.merged,
        )

    def _absence(self, tx: Transaction, policy: OooPolicy) -> Absence:
        return Absence(
            id=tx.new_id("ooo"),
            user_id=self.user_id,
            source=self.source.value,
            reason=self.reason.value,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            plan=self.phases or default_plan(policy),
            wait_hours=policy.trigger_after_hours,
            delegate_id=self.delegate_id,
            state=AbsenceState.OPEN,
            set_at=tx.now,
            version=1,
        )
