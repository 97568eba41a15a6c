"""An approver decides about credits of a pool: yes, yes to less, or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import Decision, Verdict, carry_out, judge
from core.approvals.reading import handle_of, place_of, refuse_decided
from core.approvals.states import ApprovalState
from core.approvals.texts import check_length
from core.directory.tree import node
from core.ledger.books import PostingKind
from core.ledger.reserving import PayOut, ReservationState
from core.pools.events import DrawCompleted
from core.pools.pending import PendingDraw, end_parts, end_row, give_back, lock_money, pending_draw
from core.pools.states import DrawState
from core.pools.teams import locked_drawer
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class DrawDecided:
    """The receipt. `state` is of the request; `granted` may be less than `asked`, and is 0 after a no.

    `on_behalf_of` is the user in whose place it was decided.
    """

    approval_id: str
    draw_id: str
    state: ApprovalState
    requester: str
    asked: int
    granted: int
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideDraw:
    """`amount` is what is paid, by default what was asked; `justification` breaks the glass if it must."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    id: str
    organization_id: str
    actor: Actor
    approval_id: str
    is_yes: bool
    amount: int | None = None
    note: str = ""
    justification: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair; whether they may decide is the request's."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> DrawDecided:
        """Refuses as `judge` does; a yes also when the person is no longer at home in the team."""
        check_length(note=self.note, justification=self.justification)
        pending = await pending_draw(tx, self.approval_id)
        await refuse_decided(tx, pending.approval)
        verdict = Verdict(is_yes=self.is_yes, granted=self.amount, note=self.note, justification=self.justification)
        decision = await judge(tx, pending.approval, verdict=verdict)
        if self.is_yes:
            await self._pay(tx, pending, decision=decision)
        else:
            await give_back(tx, pending, state=DrawState.REJECTED, decided_by=decision.by.user_id)
        await carry_out(tx, decision)
        tx.record(self._note(pending, decision))
        handle = await handle_of(tx, pending.row.requester_id)
        return DrawDecided(
            self.approval_id,
            pending.row.id,
            decision.state,
            handle,
            pending.row.asked,
            decision.granted,
            decision.by.on_behalf_of,
        )

    async def _pay(self, tx: Transaction, pending: PendingDraw, *, decision: Decision) -> None:
        """What was set aside pays, allowance and all, so no limit is looked at again."""
        drawer = await locked_drawer(tx, pending.row.requester_id)
        team = await node(tx, pending.row.team_id)
        if drawer.home_id != team.id:
            raise Refused(refuse(Because.NO_POOL, user=drawer.id, team=team.name))
        locked, held = await lock_money(tx, pending)
        granted = decision.granted
        PayOut(held.credits, PostingKind.DRAW, ((pending.own, granted),)).apply(locked.books, locked.entry)
        used = ((pending.allowance.used, granted),)
        PayOut(held.allowance, PostingKind.DRAW, used).apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        await end_parts(tx, held, state=ReservationState.PAID)
        operation_id = locked.entry.operation_id
        await end_row(tx, pending, state=DrawState.COMPLETED, amount=granted, operation_id=operation_id)
        tx.emit(
            DrawCompleted(
                draw_id=pending.row.id,
                team_id=team.id,
                requester_id=drawer.id,
                amount=granted,
                available=locked.account(pending.pool).free_on(tx.today),
                asked=pending.row.asked,
                reason=pending.row.reason,
                decided_by=decision.by.user_id,
                on_behalf_of=decision.by.on_behalf_of,
            )
        )

    def _note(self, pending: PendingDraw, decision: Decision) -> AuditNote:
        details = {"approval": self.approval_id, "break_glass": decision.by.breaks_glass}
        facts: dict[str, Any] = {
            "subject_id": pending.row.id,
            "words": words_about(self.actor.id, note=self.note, justification=self.justification),
            "on_behalf_of": decision.by.on_behalf_of,
        }
        place = place_of(pending.approval)
        if not self.is_yes:
            return AuditNote(Happened.DRAW_REJECTED, place, amount=pending.row.asked, details=details, **facts)
        paid = {"from": pending.pool, "to": pending.row.requester_id, "asked": pending.row.asked, **details}
        return AuditNote(Happened.DRAW_APPROVED, place, amount=decision.granted, details=paid, **facts)
