"""A chat platform says what somebody's status is now; what comes of it is a suggestion, an absence, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from core.access.check import reaches, roles_of
from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.directory.policies import ooo_policy
from core.ooo.absences import Absence, open_absences
from core.ooo.chat_statuses import ChatStatus, keep_status, rules_of, status_of
from core.ooo.events import AbsenceSuggested, ReturnSuggested, StatusFollowed
from core.ooo.keeping import LONGEST
from core.ooo.status_rules import StatusRules, StatusSync
from core.ooo.words import Source
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.people import Party, lock_parties


class Outcome(StrEnum):
    """What comes of a status. After `SET` and `RETURN` whoever asked does the deed, as the person whose it is."""

    NOTHING = "nothing"
    SUGGESTED = "suggested"
    SET = "set"
    RETURN_SUGGESTED = "return_suggested"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class StatusNoted:
    """The receipt. `ends_at` of an absence to set, `absence_id` of one that is over."""

    outcome: Outcome
    user_id: str
    starts_at: datetime
    ends_at: datetime | None
    absence_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChatStatus:
    """`ends_at` is when the platform takes the status away, None where it stays; `said_at` is the platform's clock.

    A status that says again what is known changes nothing, nor does one that is older.
    """

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    user_id: str
    text: str
    emoji: str
    ends_at: datetime | None
    said_at: datetime

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> StatusNoted:
        """Refuses nobody: a status of somebody unknown comes to nothing."""
        party = (await lock_parties(tx, [self.user_id])).get(self.user_id)
        before = await status_of(tx.connection, tx.organization_id, user_id=self.user_id)
        rules = await rules_of(tx.connection, tx.organization_id)
        is_late = before is not None and self.said_at < before.said_at
        if party is None or not party.is_active or is_late or rules.sync is StatusSync.OFF:
            return self._noted(tx, Outcome.NOTHING)
        if rules.mean_away(self.text, self.emoji):
            return await self._gone(tx, party, rules=rules, before=before)
        return await self._back(tx, rules, before=before)

    async def _gone(
        self, tx: Transaction, party: Party, *, rules: StatusRules, before: ChatStatus | None
    ) -> StatusNoted:
        ends_at = None if self.ends_at is None or self.ends_at - tx.now > LONGEST else self.ends_at
        is_known = before is not None and before.is_away and before.ends_at == ends_at
        if is_known or not await self._is_worth(tx, party, ends_at=ends_at):
            await self._keep(tx, before, ends_at=ends_at)
            return self._noted(tx, Outcome.NOTHING)
        if rules.sync is StatusSync.SET and ends_at is not None:
            await self._keep(tx, None, ends_at=ends_at)
            tx.emit(StatusFollowed(user_id=self.user_id, ends_at=ends_at))
            return self._noted(tx, Outcome.SET, ends_at=ends_at)
        suggestion_id = tx.new_id("sug")
        await self._keep(tx, None, ends_at=ends_at, suggestion_id=suggestion_id)
        tx.emit(AbsenceSuggested(suggestion_id=suggestion_id, user_id=self.user_id, ends_at=ends_at))
        return self._noted(tx, Outcome.SUGGESTED, ends_at=ends_at)

    async def _back(self, tx: Transaction, rules: StatusRules, *, before: ChatStatus | None) -> StatusNoted:
        if before is None or not before.is_away:
            return self._noted(tx, Outcome.NOTHING)
        away = await self._known_by_status(tx)
        status = ChatStatus(user_id=self.user_id, is_away=False, ends_at=None, said_at=self.said_at, suggestion_id=None)
        await keep_status(tx, status)
        if away is None:
            return self._noted(tx, Outcome.NOTHING)
        if rules.sync is StatusSync.SET:
            return self._noted(tx, Outcome.RETURN, absence_id=away.id)
        tx.emit(ReturnSuggested(absence_id=away.id, user_id=self.user_id, ends_at=away.ends_at))
        return self._noted(tx, Outcome.RETURN_SUGGESTED, absence_id=away.id)

    async def _is_worth(self, tx: Transaction, party: Party, *, ends_at: datetime | None) -> bool:
        """Whether credits would move that do not move already, and the person may say so."""
        policy = await ooo_policy(tx.connection, tx.organization_id, home_id=party.home_id)
        waits = timedelta(hours=policy.trigger_after_hours)
        if not policy.auto_redistribute or (ends_at is not None and ends_at - tx.now <= waits):
            return False
        known = await open_absences(tx, self.user_id)
        said = [item for item in known if not item.is_open_ended]
        if any(item.starts_at <= tx.now and (ends_at or tx.now) <= item.ends_at for item in said):
            return False
        place = await user_place(tx, self.user_id)
        held = await roles_of(tx, self.user_id)
        return any(
            reaches(Permission.SET_ABSENCE, role, scope_id=scope_id, place=place, actor_id=self.user_id)
            for role, scope_id in held
        )

    async def _known_by_status(self, tx: Transaction) -> Absence | None:
        """The present absence that came of a status."""
        return next(
            (
                item
                for item in await open_absences(tx, self.user_id)
                if item.source == Source.CHAT_STATUS.value and item.starts_at <= tx.now < item.ends_at
            ),
            None,
        )

    async def _keep(
        self,
        tx: Transaction,
        before: ChatStatus | None,
        *,
        ends_at: datetime | None,
        suggestion_id: str | None = None,
    ) -> None:
        """A suggestion that was made before for the same time stays good."""
        is_same = before is not None and before.is_away and before.ends_at == ends_at
        kept = before.suggestion_id if before is not None and is_same else suggestion_id
        await keep_status(
            tx,
            ChatStatus(user_id=self.user_id, is_away=True, ends_at=ends_at, said_at=self.said_at, suggestion_id=kept),
        )

    def _noted(
        self, tx: Transaction, outcome: Outcome, *, ends_at: datetime | None = None, absence_id: str | None = None
    ) -> StatusNoted:
        details = {"outcome": outcome.value, "ends_at": ends_at, "absence": absence_id}
        tx.record(
            AuditNote(Happened.CHAT_STATUS_NOTED, organization_place(tx), subject_id=self.user_id, details=details)
        )
        return StatusNoted(outcome, self.user_id, tx.now, ends_at, absence_id)
