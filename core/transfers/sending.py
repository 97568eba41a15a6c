"""Sending, once for all deeds that do it: by a person's own wish, as a loan, or because a colleague asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from core.access.matrix import Role
from core.access.places import node_place, user_place
from core.allocation.texts import check_reason
from core.approvals.request import Asked, Request, ask
from core.approvals.states import Deadlines, Subject
from core.directory.texts import wrong
from core.directory.tree import gate
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Move
from core.ledger.reserving import SetAside, add_reservation
from core.policy.periods import day_of
from core.policy.transfer_policy import ApprovalRequired
from core.policy.transfer_rules import needs_approval, weigh
from core.refusals import Because, Refused, first_refusal, refuse
from core.storage.audit_types import Happened
from core.storage.tables import transfers
from core.storage.transaction import AuditNote, Place, Transaction, words_about
from core.transfers.events import TransferCompleted, TransferCreated
from core.transfers.facts import send_facts
from core.transfers.people import Party, lock_parties, policy_at
from core.transfers.states import UNDO_WINDOW, TransferState

MOST_RECIPIENTS: Final = 100


@dataclass(frozen=True, slots=True)
class SentTo:
    """One recipient's part."""

    transfer_id: str
    recipient_id: str
    handle: str
    amount: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The receipt. Undoing any of the transfers undoes all; `available` is what the sender has left.

    While `state` is pending, `approvers` (handles) may decide until `expires_at`, and nothing can be undone. Where more
    than one `must_agree`, one after the other, they are the first to be asked.
    """

    group_id: str
    transfers: tuple[SentTo, ...]
    total: int
    available: int
    undo_until: datetime | None
    state: TransferState = TransferState.COMPLETED
    approval_id: str | None = None
    approvers: tuple[str, ...] = ()
    expires_at: datetime | None = None
    must_agree: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """`amount` goes from the actor to each of the recipients (user ids). `details` are added to the audit event.

    Only slices that last to `lasts_to` are taken.
    """

    recipients: tuple[str, ...]
    amount: int
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    lasts_to: date | None = None

    @property
    def total(self) -> int:
        """What leaves the sender."""
        return self.amount * len(self.recipients)


async def send(tx: Transaction, gift: Gift) -> Sent:
    """Send, or set aside and ask for approval. Records the audit note.

    Refuses by the rules of `core.policy.transfer_rules`, in their order, then for want of somebody who could approve,
    then for want of credits.
    """
    refuse_too_long(gift)
    await gate(tx)
    parties = await lock_parties(tx, {tx.actor.id, *gift.recipients})
    wanted = await weighed(tx, gift, parties=parties)
    group_id = tx.new_id("trg")
    asked = None
    if wanted is not None:
        sender = parties[tx.actor.id]
        asked = await ask(tx, await approval_for(tx, gift, sender=sender, group_id=group_id, wanted=wanted))
    locked = await lock(tx, [account_id(Kind.PERSONAL, user) for user in (tx.actor.id, *gift.recipients)])
    if asked is not None and asked.agreed is None:
        return await _wait(locked, gift, parties=parties, group_id=group_id, asked=asked)
    return await _complete(locked, gift, parties=parties, group_id=group_id, asked=asked)


def refuse_too_long(gift: Gift) -> None:
    """Raises Refused for more people, or more words, than one gift may have."""
    if len(gift.recipients) > MOST_RECIPIENTS:
        raise wrong("recipients", f"there are more than {MOST_RECIPIENTS}")
    check_reason(gift.reason)


async def weighed(tx: Transaction, gift: Gift, *, parties: dict[str, Party]) -> ApprovalRequired | None:
    """Raises Refused by the rules of sending; the approval that the gift takes, or None when it takes none."""
    facts = await send_facts(tx, parties, sender_id=tx.actor.id, recipients=gift.recipients, amount=gift.amount)
    policy = await policy_at(tx, parties[tx.actor.id].home_id)
    first_refusal(weigh(policy, facts))
    return policy.approval_required if needs_approval(policy, facts) else None


async def approval_for(
    tx: Transaction, gift: Gift, *, sender: Party, group_id: str, wanted: ApprovalRequired
) -> Request:
    """What is put to the approvers: to all at once, or to one role after the other where all must agree."""
    roles = tuple(Role(name) for name in wanted.approvers)
    return Request(
        subject=Subject.TRANSFER,
        subject_id=group_id,
        requester_id=sender.id,
        gainers=frozenset(gift.recipients),
        amount=gift.total,
        reason=gift.reason,
        place=await node_place(tx, sender.home_id),
        tiers=tuple((role,) for role in roles) if wanted.all_must_agree else (roles,),
        deadlines=Deadlines.of_sla(timedelta(hours=wanted.sla_hours)),
        is_chain=wanted.all_must_agree and len(roles) > 1,
    )


async def _wait(locked: Locked, gift: Gift, *, parties: dict[str, Party], group_id: str, asked: Asked) -> Sent:
    tx = locked.tx
    own = account_id(Kind.PERSONAL, tx.actor.id)
    lasts_to = max(day_of(asked.expires_at, tx.zone), gift.lasts_to or tx.today)
    pieces = SetAside(own, gift.total, lasts_to).apply(locked.books, locked.entry)
    # Nothing below may refuse.
    await locked.write()
    held = await add_reservation(locked, pieces, account=own)
    receipt = Sent(
        group_id,
        _parts(tx, gift, parties=parties),
        gift.total,
        locked.account(own).free_on(tx.today),
        None,
        TransferState.PENDING,
        asked.approval_id,
        tuple(approver.handle for approver in asked.approvers),
        asked.expires_at,
        asked.must_agree,
    )
    await _add_rows(tx, receipt, reservation_id=held.id)
    _tell_created(tx, receipt, reason=gift.reason)
    place, facts = await _noted(tx, gift, receipt=receipt)
    tx.record(AuditNote(Happened.TRANSFER_REQUESTED, place, **facts))
    return receipt


async def _complete(
    locked: Locked, gift: Gift, *, parties: dict[str, Party], group_id: str, asked: Asked | None
) -> Sent:
    tx = locked.tx
    own = account_id(Kind.PERSONAL, tx.actor.id)
    _refuse_shortage(locked, gift.total, own=own)
    # Nothing below may refuse.
    for recipient in gift.recipients:
        theirs = account_id(Kind.PERSONAL, recipient)
        move = Move(own, theirs, gift.amount, PostingKind.SEND, not_before=gift.lasts_to)
        move.apply(locked.books, locked.entry)
    await locked.write()
    receipt = Sent(
        group_id,
        _parts(tx, gift, parties=parties),
        gift.total,
        locked.account(own).free_on(tx.today),
        tx.now + UNDO_WINDOW,
        approval_id=asked.approval_id if asked else None,
    )
    await _add_rows(tx, receipt, operation_id=locked.entry.operation_id)
    _tell_created(tx, receipt, reason=gift.reason)
    tell_completed(tx, receipt.transfers, group_id=group_id, sender_id=tx.actor.id, reason=gift.reason)
    place, facts = await _noted(tx, gift, receipt=receipt)
    tx.record(AuditNote(Happened.TRANSFER_COMPLETED, place, **facts))
    return receipt


def _refuse_shortage(locked: Locked, total: int, *, own: str) -> None:
    """Asked for the total, so that several recipients get one answer."""
    free = locked.account(own).free_on(locked.entry.today)
    if free < total:
        raise Refused(refuse(Because.OUT_OF_CREDITS, asked=total, available=free, account=own))


def _parts(tx: Transaction, gift: Gift, *, parties: dict[str, Party]) -> tuple[SentTo, ...]:
    return tuple(SentTo(tx.new_id("tr"), user, parties[user].handle, gift.amount) for user in gift.recipients)


async def _add_rows(
    tx: Transaction, receipt: Sent, *, operation_id: str | None = None, reservation_id: str | None = None
) -> None:
    shared = {
        "organization_id": tx.organization_id,
        "group_id": receipt.group_id,
        "sender_id": tx.actor.id,
        "state": receipt.state.value,
        "asked_at": tx.now,
        "completed_at": tx.now if receipt.state is TransferState.COMPLETED else None,
        "operation_id": operation_id,
        "approval_id": receipt.approval_id,
        "reservation_id": reservation_id,
    }
    rows = [
        shared | {"id": part.transfer_id, "recipient_id": part.recipient_id, "amount": part.amount}
        for part in receipt.transfers
    ]
    await tx.execute(insert(transfers), rows)


def _tell_created(tx: Transaction, receipt: Sent, *, reason: str) -> None:
    for part in receipt.transfers:
        tx.emit(
            TransferCreated(
                transfer_id=part.transfer_id,
                group_id=receipt.group_id,
                sender_id=tx.actor.id,
                recipient_id=part.recipient_id,
                amount=part.amount,
                reason=reason,
            )
        )


def tell_completed(tx: Transaction, parts: tuple[SentTo, ...], *, group_id: str, sender_id: str, reason: str) -> None:
    """Every recipient hears of it."""
    for part in parts:
        tx.emit(
            TransferCompleted(
                transfer_id=part.transfer_id,
                group_id=group_id,
                sender_id=sender_id,
                recipient_id=part.recipient_id,
                amount=part.amount,
                reason=reason,
                undo_until=tx.now + UNDO_WINDOW,
            )
        )


async def _noted(tx: Transaction, gift: Gift, *, receipt: Sent) -> tuple[Place, dict[str, Any]]:
    """Where it happened, and the facts of its audit event."""
    details = {"from": tx.actor.id, "to": list(gift.recipients), "each": gift.amount, **gift.details}
    if receipt.approval_id is not None:
        details["approval"] = receipt.approval_id
    return await user_place(tx, tx.actor.id), {
        "subject_id": receipt.group_id,
        "amount": receipt.total,
        "details": details,
        "words": words_about(tx.actor.id, reason=gift.reason),
    }
