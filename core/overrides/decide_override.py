"""An approver decides about a boost: yes, yes to less or to a shorter time, or no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import Decision, Verdict, carry_out, judge
from core.approvals.raising import next_tier, raise_tier
from core.approvals.reading import locked_approval_of, place_of, refuse_decided
from core.approvals.states import Approval, ApprovalState, Progress, Subject
from core.approvals.texts import check_length
from core.directory.tree import Node, node
from core.overrides.events import OverridePassedUp, OverrideRejected
from core.overrides.funding import Begun, begin, free_for, policy_for, short
from core.overrides.rows import Override, locked_override, locked_person, set_override
from core.overrides.states import OverrideState
from core.overrides.telling import Told, tell_started
from core.overrides.tiers import deciding_scope, refuse_length
from core.policy.override_policy import OverridePolicy
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class Shortage:
    """The budget at the approver's scope had only `available`, so `asked_now` (handles) are asked as well."""

    budget: str
    available: int
    asked_now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverrideDecided:
    """The receipt. `state` is of the request: approved, rejected, or open: a budget was short, or a chain asks on.

    `amount` and `hours` are what was granted, `asked` what was asked for; `budget` is the name of what paid, `progress`
    how far a chain has come that asks on.
    """

    approval_id: str
    override_id: str
    state: ApprovalState
    person: str
    asked: int
    amount: int
    hours: int
    ends_at: datetime | None
    budget: str | None
    shortage: Shortage | None
    on_behalf_of: str | None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOverride:
    """`amount` and `hours` are by default what was asked; `justification` breaks the glass if it must."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str
    is_yes: bool
    amount: int | None = None
    hours: int | None = None
    note: str = ""
    justification: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair; whether they may decide is the request's."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> OverrideDecided:
        """Refuses as `judge` does; a yes also by the policy as it is now, and for want of credits at the last tier."""
        check_length(note=self.note, justification=self.justification)
        approval = await locked_approval_of(tx, self.approval_id, subject=Subject.OVERRIDE)
        await refuse_decided(tx, approval)
        override = await locked_override(tx, approval.subject_id)
        person = await locked_person(tx, override.user_id)
        decision = await judge(tx, approval, verdict=self._verdict())
        if self.is_yes:
            hours = self._hours(override, (await policy_for(tx, person))[0], approval=approval)
            if not decision.is_final:
                return await self._ask_on(tx, override, person=person.handle, decision=decision, hours=hours)
            return await self._agree(tx, override, person=person.handle, decision=decision, hours=hours)
        await self._deny(tx, override, decision=decision)
        return self._receipt(decision, override, person=person.handle)

    def _hours(self, override: Override, policy: OverridePolicy, *, approval: Approval) -> int:
        """For how long. Raises Refused by the policy, and above what was asked or somebody in a chain has agreed to."""
        most = override.hours if approval.hours is None else approval.hours
        hours = most if self.hours is None else self.hours
        if not policy.enabled:
            raise Refused(refuse(Because.OVERRIDES_OFF))
        refuse_length(policy, hours)
        if hours > most:
            raise Refused(refuse(Because.OVERRIDE_TOO_LONG, hours=hours, most=most))
        return hours

    async def _ask_on(
        self, tx: Transaction, override: Override, *, person: str, decision: Decision, hours: int
    ) -> OverrideDecided:
        """A tier of a chain has agreed: nothing is granted yet."""
        # Nothing below may refuse.
        progress = await carry_out(tx, decision)
        details = {"tier": decision.approval.tier, "hours": hours}
        tx.record(AuditNote(Happened.OVERRIDE_AGREED, **self._noted(decision, amount=decision.granted, **details)))
        return replace(self._receipt(decision, override, person=person), hours=hours, progress=progress)

    async def _agree(
        self, tx: Transaction, override: Override, *, person: str, decision: Decision, hours: int
    ) -> OverrideDecided:
        budget_id = await deciding_scope(tx, decision.by, path=decision.approval.path)
        budget = await node(tx, budget_id)
        available = await free_for(tx, budget_id, hours=hours)
        if available < decision.granted:
            shortage = await self._pass_up(tx, override, decision=decision, budget=budget, available=available)
            return self._receipt(decision, override, person=person, shortage=shortage)
        begun = Begun(
            override_id=override.id,
            user_id=override.user_id,
            amount=decision.granted,
            hours=hours,
            budget_id=budget_id,
            granted_by=decision.by.user_id,
        )
        ends_at = await self._grant(tx, override, begun=begun, decision=decision)
        return self._receipt(decision, override, person=person, begun=begun, ends_at=ends_at, budget=budget.name)

    def _verdict(self) -> Verdict:
        said = {"amount": self.amount, "hours": self.hours}
        return Verdict(
            is_yes=self.is_yes,
            granted=self.amount,
            conditions={name: value for name, value in said.items() if value is not None},
            note=self.note,
            justification=self.justification,
        )

    async def _grant(self, tx: Transaction, override: Override, *, begun: Begun, decision: Decision) -> datetime:
        # Nothing below may refuse: what is free was read under the budget's lock.
        ends_at = await begin(tx, begun)
        await carry_out(tx, decision)
        told = Told(asked=override.asked, reason=override.reason, on_behalf_of=decision.by.on_behalf_of, note=self.note)
        tell_started(tx, begun, told=told, ends_at=ends_at)
        details = {"budget": begun.budget_id, "hours": begun.hours, "asked": override.asked, "ends_at": ends_at}
        tx.record(AuditNote(Happened.OVERRIDE_GRANTED, **self._noted(decision, amount=begun.amount, **details)))
        return ends_at

    async def _deny(self, tx: Transaction, override: Override, *, decision: Decision) -> None:
        # Nothing below may refuse.
        await set_override(tx, override.id, state=OverrideState.REJECTED.value, ended_at=tx.now)
        await carry_out(tx, decision)
        tx.emit(
            OverrideRejected(
                override_id=override.id,
                user_id=override.user_id,
                amount=override.asked,
                decided_by=decision.by.user_id,
                on_behalf_of=decision.by.on_behalf_of,
                note=self.note,
            )
        )
        tx.record(AuditNote(Happened.OVERRIDE_REJECTED, **self._noted(decision, amount=override.asked)))

    async def _pass_up(
        self, tx: Transaction, override: Override, *, decision: Decision, budget: Node, available: int
    ) -> Shortage:
        """The tier above the approver's is asked as well. Raises Refused when there is none, or it has been asked.

        In a chain all those above have been asked, or are never.
        """
        approval = decision.approval
        if approval.is_chain:
            raise short(decision.granted, available, budget=budget.name)
        own = next(number for number, roles in enumerate(approval.tiers) if decision.by.role in roles)
        to = await next_tier(tx, replace(approval, tier=own))
        if to == own or own < approval.tier:
            raise short(decision.granted, available, budget=budget.name)
        # Nothing below may refuse.
        asked = await raise_tier(tx, approval, to=to)
        names = tuple(approver.user_id for approver in asked)
        tx.emit(
            OverridePassedUp(
                override_id=override.id,
                user_id=override.user_id,
                amount=decision.granted,
                decided_by=decision.by.user_id,
                budget_id=budget.id,
                available=available,
                approvers=names,
            )
        )
        details = {"budget": budget.id, "available": available, "to_tier": to, "approvers": names}
        tx.record(AuditNote(Happened.OVERRIDE_PASSED_UP, **self._noted(decision, amount=decision.granted, **details)))
        others = tuple(approver.handle for approver in asked if approver.user_id != self.actor.id)
        return Shortage(budget.name, available, others)

    def _noted(self, decision: Decision, *, amount: int, **details: Any) -> dict[str, Any]:  # noqa: ANN401  as notes have it
        """The facts of the audit event."""
        approval, by = decision.approval, decision.by
        return {
            "place": place_of(approval),
            "subject_id": approval.subject_id,
            "amount": amount,
            "details": {"approval": approval.id, "for": approval.requester_id, "break_glass": by.breaks_glass}
            | details,
            "words": words_about(self.actor.id, note=self.note, justification=self.justification),
            "on_behalf_of": by.on_behalf_of,
        }

    def _receipt(
        self,
        decision: Decision,
        override: Override,
        *,
        person: str,
        begun: Begun | None = None,
        ends_at: datetime | None = None,
        budget: str | None = None,
        shortage: Shortage | None = None,
    ) -> OverrideDecided:
        return OverrideDecided(
            self.approval_id,
            override.id,
            ApprovalState.OPEN if shortage else decision.state,
            person,
            override.asked,
            begun.amount if begun else decision.granted,
            begun.hours if begun else override.hours,
            ends_at,
            budget,
            shortage,
            decision.by.on_behalf_of,
        )
