"""An approver decides about credits that wait: yes, yes to less, or no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import update

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.decide import Decision, Verdict, carry_out, judge
from core.approvals.reading import place_of, refuse_decided
from core.approvals.states import ApprovalState, Progress
from core.approvals.texts import check_length
from core.directory.tree import gate
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.reserving import PayOut, ReservationState, end_reservation
from core.policy.transfer_rules import COMPLETION_RULES, weigh
from core.refusals import first_refusal
from core.storage.audit_types import Happened
from core.storage.tables import transfers
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words, words_about
from core.transfers.begin_loans import begin_loans
from core.transfers.events import TransferApproved, TransferRejected
from core.transfers.facts import send_facts
from core.transfers.pending import Pending, give_back, lock_money, pending_by_approval
from core.transfers.people import Party, lock_parties, policy_at
from core.transfers.sending import SentTo, tell_completed
from core.transfers.states import UNDO_WINDOW, TransferState


@dataclass(frozen=True, slots=True)
class TransferDecided:
    """The receipt. `state` is of the request: approved, rejected, or open while a chain asks on.

    `asked` and `each` are for every recipient; `on_behalf_of` is the user in whose place it was decided. `progress` is
    how far a chain has come that asks on.
    """

    approval_id: str
    group_id: str
    state: ApprovalState
    sender: str
    recipients: tuple[str, ...]
    asked: int
    each: int
    on_behalf_of: str | None
    undo_until: datetime | None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTransfer:
    """`amount` is what each recipient gets, by default what was asked; `justification` breaks the glass if it must."""

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

    async def execute(self, tx: Transaction) -> TransferDecided:
        """Refuses as `judge` does; a yes also by the recipients' limits, activity and circles as they are now."""
        check_length(note=self.note, justification=self.justification)
        await gate(tx)
        pending = await pending_by_approval(tx, self.approval_id)
        await refuse_decided(tx, pending.approval)
        parties = await lock_parties(tx, {pending.sender_id, *pending.recipients})
        decision = await judge(tx, pending.approval, verdict=self._verdict(pending))
        if decision.state is ApprovalState.APPROVED:
            await self._pay(tx, pending, parties=parties, decision=decision)
        elif decision.state is ApprovalState.REJECTED:
            await self._deny(tx, pending, decision=decision)
        else:
            tx.record(self._agreed(pending, decision))
        progress = await carry_out(tx, decision)
        return replace(self._receipt(tx, pending, parties=parties, decision=decision), progress=progress)

    def _verdict(self, pending: Pending) -> Verdict:
        return Verdict(
            is_yes=self.is_yes,
            granted=None if self.amount is None else self.amount * len(pending.rows),
            conditions={} if self.amount is None else {"each": self.amount},
            note=self.note,
            justification=self.justification,
        )

    async def _pay(self, tx: Transaction, pending: Pending, *, parties: dict[str, Party], decision: Decision) -> None:
        each = decision.granted // len(pending.rows)
        facts = await send_facts(tx, parties, sender_id=pending.sender_id, recipients=pending.recipients, amount=each)
        policy = await policy_at(tx, parties[pending.sender_id].home_id)
        first_refusal(weigh(policy, facts, rules=COMPLETION_RULES))
        locked, held = await lock_money(tx, pending)
        shares = tuple((account_id(Kind.PERSONAL, user), each) for user in pending.recipients)
        PayOut(held, PostingKind.SEND, shares).apply(locked.books, locked.entry)
        # Nothing below may refuse.
        await locked.write()
        await end_reservation(tx, held.id, state=ReservationState.PAID)
        await _complete_rows(tx, pending, each=each, operation_id=locked.entry.operation_id)
        await begin_loans(tx, pending.group_id, each=each, operation_id=locked.entry.operation_id)
        self._tell_approved(tx, pending, parties=parties, decision=decision)
        tx.record(
            AuditNote(
                Happened.TRANSFER_APPROVED,
                place_of(pending.approval),
                subject_id=pending.group_id,
                amount=decision.granted,
                details={
                    "from": pending.sender_id,
                    "to": list(pending.recipients),
                    "each": each,
                    "asked": pending.each,
                    "approval": self.approval_id,
                    "break_glass": decision.by.breaks_glass,
                },
                words=self._words(),
                on_behalf_of=decision.by.on_behalf_of,
            )
        )

    async def _deny(self, tx: Transaction, pending: Pending, *, decision: Decision) -> None:
        await give_back(tx, pending, state=TransferState.REJECTED)
        for row in pending.rows:
            tx.emit(
                TransferRejected(
                    transfer_id=row.id,
                    group_id=pending.group_id,
                    sender_id=pending.sender_id,
                    recipient_id=row.recipient_id,
                    amount=row.amount,
                    decided_by=decision.by.user_id,
                    on_behalf_of=decision.by.on_behalf_of,
                    note=self.note,
                )
            )
        tx.record(
            AuditNote(
                Happened.TRANSFER_REJECTED,
                place_of(pending.approval),
                subject_id=pending.group_id,
                amount=pending.approval.amount,
                details={"approval": self.approval_id, "break_glass": decision.by.breaks_glass},
                words=self._words(),
                on_behalf_of=decision.by.on_behalf_of,
            )
        )

    def _agreed(self, pending: Pending, decision: Decision) -> AuditNote:
        return AuditNote(
            Happened.TRANSFER_AGREED,
            place_of(pending.approval),
            subject_id=pending.group_id,
            amount=decision.granted,
            details={"approval": self.approval_id, "tier": pending.approval.tier},
            words=self._words(),
            on_behalf_of=decision.by.on_behalf_of,
        )

    def _words(self) -> dict[str, Words]:
        return words_about(self.actor.id, note=self.note, justification=self.justification)

    def _tell_approved(
        self, tx: Transaction, pending: Pending, *, parties: dict[str, Party], decision: Decision
    ) -> None:
        each = decision.granted // len(pending.rows)
        for row in pending.rows:
            tx.emit(
                TransferApproved(
                    transfer_id=row.id,
                    group_id=pending.group_id,
                    sender_id=pending.sender_id,
                    recipient_id=row.recipient_id,
                    amount=each,
                    asked=row.amount,
                    decided_by=decision.by.user_id,
                    on_behalf_of=decision.by.on_behalf_of,
                    note=self.note,
                )
            )
        parts = tuple(SentTo(row.id, row.recipient_id, parties[row.recipient_id].handle, each) for row in pending.rows)
        tell_completed(
            tx, parts, group_id=pending.group_id, sender_id=pending.sender_id, reason=pending.approval.reason
        )

    def _receipt(
        self, tx: Transaction, pending: Pending, *, parties: dict[str, Party], decision: Decision
    ) -> TransferDecided:
        is_paid = decision.state is ApprovalState.APPROVED
        return TransferDecided(
            self.approval_id,
            pending.group_id,
            decision.state,
            parties[pending.sender_id].handle,
            tuple(parties[user].handle for user in pending.recipients),
            pending.each,
            decision.granted // len(pending.rows),
            decision.by.on_behalf_of,
            tx.now + UNDO_WINDOW if is_paid else None,
        )


async def _complete_rows(tx: Transaction, pending: Pending, *, each: int, operation_id: str) -> None:
    await tx.execute(
        update(transfers)
        .where(transfers.c.organization_id == tx.organization_id, transfers.c.group_id == pending.group_id)
        .values(
            state=TransferState.COMPLETED.value,
            amount=each,
            completed_at=tx.now,
            operation_id=operation_id,
        )
    )
