"""Nothing was heard of somebody for as many days as the policy says: they are away until something is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from core.access.matrix import Permission
from core.access.places import user_place
from core.ooo.absences import Absence, add
from core.ooo.announcing import note_of, tell_of
from core.ooo.events import SilenceNoticed
from core.ooo.plans import default_plan
from core.ooo.silence import Silence, silences
from core.ooo.words import AbsenceState, Reason, Source
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.people import lock_parties

LONGEST: Final = timedelta(days=365)
"""Then what is left comes back, and the days count anew."""


@dataclass(frozen=True, slots=True)
class AwayBySilence:
    """The receipt: after so many `days`."""

    absence_id: str
    user_id: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginBySilence:
    """The job's, with the moment at which the absence begins as its now."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    user_id: str

    async def place(self, tx: Transaction) -> Place:
        """The person's."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> AwayBySilence:
        """Refuses when something was heard of them meanwhile, or they are away. A known absence is its end."""
        await lock_parties(tx, [self.user_id])
        silence = await self._silence(tx)
        # Nothing below may refuse.
        item = self._absence(tx, silence)
        await add(tx, item)
        home_id, days = silence.path[-1], silence.policy.inactivity_days
        tell_of(tx, item, home_id=home_id, moves=True)
        tx.emit(SilenceNoticed(absence_id=item.id, user_id=self.user_id, home_id=home_id, days=days))
        tx.record(note_of(item, await self.place(tx)))
        return AwayBySilence(item.id, self.user_id, days)

    async def _silence(self, tx: Transaction) -> Silence:
        found = await silences(tx.connection, tx.organization_id, zone=tx.zone, until=tx.now, user_id=self.user_id)
        silence = next((one for one in found if one.begins(tx.now, tx.zone)), None)
        if silence is None:
            raise Refused(refuse(Because.UNKNOWN_ABSENCE, user=self.user_id))
        return silence

    def _absence(self, tx: Transaction, silence: Silence) -> Absence:
        return Absence(
            id=tx.new_id("ooo"),
            user_id=self.user_id,
            source=Source.INACTIVITY_DAYS.value,
            reason=Reason.OTHER.value,
            starts_at=tx.now,
            ends_at=min(tx.now + LONGEST, silence.next_away_at or tx.now + LONGEST),
            plan=default_plan(silence.policy),
            wait_hours=silence.policy.trigger_after_hours,
            delegate_id=None,
            state=AbsenceState.OPEN,
            set_at=tx.now,
            version=1,
        )
