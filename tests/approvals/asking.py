"""Test-only deeds: a request for nothing in particular and its decision, so that approvals are tried by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from core.access.matrix import Permission, Role
from core.access.places import node_place, user_place
from core.approvals.decide import Verdict, carry_out, judge, withdraw
from core.approvals.reading import locked_approval
from core.approvals.request import Request, ask
from core.approvals.states import Deadlines, Subject
from core.directory.tree import person
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from tests.company import Company

LEAD, MANAGER, ADMIN = (Role.TEAM_LEAD,), (Role.DEPT_MANAGER,), (Role.SUPER_ADMIN,)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The receipt."""

    approval_id: str
    approvers: tuple[str, ...]
    tier: int
    agreed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for some credits, for oneself or for others."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    tiers: tuple[tuple[Role, ...], ...]
    amount: int = 150_000
    gainers: tuple[str, ...] = ()
    is_chain: bool = False

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> AskedFor:
        """Refuses as `ask` does."""
        home = await node_place(tx, (await person(tx, self.actor.id)).home_id)
        asked = await ask(
            tx,
            Request(
                subject=Subject.DRAW,
                subject_id="draw_1",
                requester_id=self.actor.id,
                gainers=frozenset({self.actor.id, *self.gainers}),
                amount=self.amount,
                reason="for the launch",
                place=home,
                tiers=self.tiers,
                deadlines=Deadlines.of_sla(DAY),
                is_chain=self.is_chain,
            ),
        )
        tx.record(AuditNote("test.asked", home, subject_id=asked.approval_id))
        names = tuple(approver.handle for approver in asked.approvers)
        return AskedFor(asked.approval_id, names, asked.tier, asked.agreed.handle if asked.agreed else None)


@dataclass(frozen=True, slots=True)
class Said:
    """The receipt."""

    state: str
    granted: int
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Say yes or no."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str
    is_yes: bool = True
    granted: int | None = None
    justification: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Said:
        """Refuses as `judge` does."""
        approval = await locked_approval(tx, self.approval_id)
        verdict = Verdict(is_yes=self.is_yes, granted=self.granted, justification=self.justification)
        decision = await judge(tx, approval, verdict=verdict)
        await carry_out(tx, decision)
        tx.record(AuditNote("test.decided", await self.place(tx), subject_id=approval.id))
        return Said(decision.state.value, decision.granted, decision.by.on_behalf_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The requester takes it back."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Said:
        """Refuses as `withdraw` does."""
        await withdraw(tx, await locked_approval(tx, self.approval_id))
        tx.record(AuditNote("test.withdrawn", await self.place(tx), subject_id=self.approval_id))
        return Said("cancelled", 0, None)


async def ask_for(
    company: Company,
    by: str,
    *tiers: tuple[Role, ...],
    amount: int = 150_000,
    gainers: tuple[str, ...] = (),
    is_chain: bool = False,
) -> AskedFor:
    """Ask, by default the team lead and then the department manager."""
    return await company.run(
        Ask, by=by, tiers=tiers or (LEAD, MANAGER), amount=amount, gainers=gainers, is_chain=is_chain
    )
