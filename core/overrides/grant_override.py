"""Somebody who could decide it gives a person a boost without being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.texts import check_amount
from core.directory.tree import node
from core.overrides.funding import Begun, begin, free_for, policy_for, short
from core.overrides.rows import add_override, locked_person, others_of
from core.overrides.telling import Told, tell_started
from core.overrides.tiers import Wish, granting_scope, refuse_against
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class OverrideGranted:
    """The receipt; `budget` is the name of what paid."""

    override_id: str
    person: str
    amount: int
    hours: int
    ends_at: datetime
    budget: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOverride:
    """Never to oneself; up to what the actor's role decides, out of the budget where the role is held."""

    needs: ClassVar[str] = Permission.DECIDE
    id: str
    organization_id: str
    actor: Actor
    user_id: str
    amount: int
    hours: int
    reason: str

    async def place(self, tx: Transaction) -> Place:
        """The person, at home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> OverrideGranted:
        """Refuses oneself, by the policy, above the actor's tier, and for want of credits."""
        check_amount(self.amount)
        if self.user_id == self.actor.id:
            raise Refused(refuse(Because.OWN_GAIN, user=self.user_id))
        person = await locked_person(tx, self.user_id)
        policy, place = await policy_for(tx, person)
        others = await others_of(tx, person.id)
        wish = Wish(amount=self.amount, hours=self.hours, reason=self.reason, others=others)
        refuse_against(policy, wish)
        budget_id = await granting_scope(tx, policy, path=place.path, total=wish.total)
        budget = await node(tx, budget_id)
        available = await free_for(tx, budget_id, hours=self.hours)
        if available < self.amount:
            raise short(self.amount, available, budget=budget.name)
        # Nothing below may refuse.
        begun = Begun(
            override_id=tx.new_id("ovr"),
            user_id=person.id,
            amount=self.amount,
            hours=self.hours,
            budget_id=budget_id,
            granted_by=self.actor.id,
        )
        row = {"user_id": person.id, "asked": self.amount, "hours": self.hours, "reason": self.reason}
        await add_override(tx, begun.override_id, **row)
        ends_at = await begin(tx, begun)
        tell_started(tx, begun, told=Told(asked=self.amount, reason=self.reason), ends_at=ends_at)
        tx.record(
            AuditNote(
                Happened.OVERRIDE_GRANTED,
                place,
                subject_id=begun.override_id,
                amount=self.amount,
                details={"for": person.id, "budget": budget_id, "hours": self.hours, "ends_at": ends_at},
                words=words_about(person.id, reason=self.reason),
            )
        )
        return OverrideGranted(begun.override_id, person.handle, self.amount, self.hours, ends_at, budget.name)
