"""A person asks for more credits for a time, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.texts import check_amount
from core.approvals.request import Asked, Request, ask, find_deciders
from core.approvals.states import Approver, Subject
from core.overrides.funding import Begun, begin, free_for, policy_for
from core.overrides.rows import add_override, locked_person, others_of
from core.overrides.states import DEADLINES, OverrideState
from core.overrides.telling import Told, tell_started
from core.overrides.tiers import Wish, deciding_scope, refuse_against, takes_several, tiers_for
from core.policy.override_policy import OverridePolicy
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class OverrideRequested:
    """The receipt. While `state` is pending, `approvers` (handles) may decide until `expires_at`; where more than one
    `must_agree`, one after the other, they are the first to be asked.

    Where somebody has agreed in advance it is active at once, until `ends_at`, and `agreed_by` is their handle.
    """

    override_id: str
    approval_id: str
    state: OverrideState
    amount: int
    hours: int
    approvers: tuple[str, ...]
    expires_at: datetime
    ends_at: datetime | None
    agreed_by: str | None
    must_agree: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOverride:
    """`amount` credits for `hours`; its tier is found by the amount and the person's other boosts."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    amount: int
    hours: int
    reason: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> OverrideRequested:
        """Refuses by the policy where the person is at home, and when nobody could decide."""
        check_amount(self.amount)
        person = await locked_person(tx, self.actor.id)
        policy, place = await policy_for(tx, person)
        others = await others_of(tx, person.id)
        wish = Wish(amount=self.amount, hours=self.hours, reason=self.reason, others=others)
        refuse_against(policy, wish)
        override_id = tx.new_id("ovr")
        request = self._request(override_id, place=place, policy=policy, total=wish.total)
        agreed = (await find_deciders(tx, request)).agreed
        budget_id = await deciding_scope(tx, agreed, path=place.path) if agreed else None
        # A yes in advance counts as far as that person's budget goes; else they are asked like anybody.
        is_funded = budget_id is not None and await free_for(tx, budget_id, hours=self.hours) >= self.amount
        # Nothing below may refuse.
        asked = await ask(tx, request, heeds_preapproval=is_funded)
        await add_override(
            tx,
            override_id,
            user_id=person.id,
            asked=self.amount,
            hours=self.hours,
            reason=self.reason,
            approval_id=asked.approval_id,
        )
        ends_at = None
        if agreed is not None and is_funded and budget_id is not None:
            ends_at = await self._begin(tx, override_id, agreed=agreed, budget_id=budget_id)
        facts = self._noted(place, override_id, asked=asked, others=others)
        if asked.agreed is None:
            tx.record(AuditNote(Happened.OVERRIDE_REQUESTED, **facts))
        else:
            tx.record(AuditNote(Happened.OVERRIDE_GRANTED, **facts))
        return self._receipt(override_id, asked=asked, ends_at=ends_at)

    def _request(self, override_id: str, *, place: Place, policy: OverridePolicy, total: int) -> Request:
        return Request(
            subject=Subject.OVERRIDE,
            subject_id=override_id,
            requester_id=self.actor.id,
            gainers=frozenset({self.actor.id}),
            amount=self.amount,
            reason=self.reason,
            place=place,
            tiers=tiers_for(policy, total),
            deadlines=DEADLINES,
            is_chain=takes_several(policy, total),
            hours=self.hours,
        )

    async def _begin(self, tx: Transaction, override_id: str, *, agreed: Approver, budget_id: str) -> datetime:
        begun = Begun(
            override_id=override_id,
            user_id=tx.actor.id,
            amount=self.amount,
            hours=self.hours,
            budget_id=budget_id,
            granted_by=agreed.user_id,
        )
        ends_at = await begin(tx, begun)
        told = Told(asked=self.amount, reason=self.reason, on_behalf_of=agreed.on_behalf_of)
        tell_started(tx, begun, told=told, ends_at=ends_at)
        return ends_at

    def _noted(self, place: Place, override_id: str, *, asked: Asked, others: int) -> dict[str, Any]:
        """The facts of the audit event."""
        details = {"hours": self.hours, "others": others, "approval": asked.approval_id}
        if asked.agreed is not None:
            details["agreed_in_advance"] = asked.agreed.user_id
        return {
            "place": Place(place.path, self.actor.id),
            "subject_id": override_id,
            "amount": self.amount,
            "details": details,
            "words": words_about(self.actor.id, reason=self.reason),
        }

    def _receipt(self, override_id: str, *, asked: Asked, ends_at: datetime | None) -> OverrideRequested:
        is_agreed = asked.agreed is not None
        return OverrideRequested(
            override_id,
            asked.approval_id,
            OverrideState.ACTIVE if is_agreed else OverrideState.PENDING,
            self.amount,
            self.hours,
            () if is_agreed else tuple(approver.handle for approver in asked.approvers),
            asked.expires_at,
            ends_at,
            asked.agreed.handle if asked.agreed else None,
            asked.must_agree,
        )
