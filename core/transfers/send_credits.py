"""A person sends credits to one or several colleagues: all of them at once, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import insert

from core.access.check import roles_of
from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.texts import wrong
from core.directory.tree import gate
from core.ledger.accounts import Account, Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Move
from core.policy.transfer_policy import TRANSFER_DEFAULTS
from core.policy.transfer_rules import RecipientFacts, SendFacts, weigh
from core.refusals import Because, Refused, first_refusal, refuse
from core.storage.audit_types import Happened
from core.storage.tables import transfers
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words
from core.transfers.circles import chains_to
from core.transfers.events import TransferCompleted, TransferCreated
from core.transfers.people import Party, approvers_of, lock_parties
from core.transfers.states import UNDO_WINDOW, TransferState
from core.transfers.sums import day_around, received_on, sent_on

MOST_RECIPIENTS: Final = 100
LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class SentTo:
    """One recipient's part."""

    transfer_id: str
    recipient_id: str
    handle: str
    amount: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The receipt. Undoing any of the transfers undoes all; `available` is what the sender has left."""

    group_id: str
    transfers: tuple[SentTo, ...]
    total: int
    available: int
    undo_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCredits:
    """`amount` goes to each of the recipients (user ids); limits and the need for approval look at the total."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    recipients: tuple[str, ...]
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The sender's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Sent:
        """Refuses by the rules of `core.policy.transfer_rules`, in their order, then for want of credits."""
        if len(self.recipients) > MOST_RECIPIENTS:
            raise wrong("recipients", f"there are more than {MOST_RECIPIENTS}")
        if len(self.reason) > LONGEST_REASON:
            raise wrong("reason", f"it is longer than {LONGEST_REASON:,} characters")
        await gate(tx)
        parties = await lock_parties(tx, {self.actor.id, *self.recipients})
        facts = await self._facts(tx, parties)
        first_refusal(weigh(TRANSFER_DEFAULTS, facts))
        locked = await lock(tx, [account_id(Kind.PERSONAL, user) for user in (self.actor.id, *self.recipients)])
        self._refuse_shortage(locked, facts.total)
        # Nothing below may refuse.
        for recipient in self.recipients:
            self._move(locked, recipient)
        await locked.write()
        receipt = self._receipt(tx, parties, available=self._account(locked).free_on(tx.today))
        await tx.execute(insert(transfers), self._rows(tx, receipt, operation_id=locked.entry.operation_id))
        self._tell(tx, receipt)
        tx.record(await self._note(tx, receipt))
        return receipt

    async def _facts(self, tx: Transaction, parties: dict[str, Party]) -> SendFacts:
        day = day_around(tx)
        sender = parties[self.actor.id]
        received = await received_on(tx, day, recipients=self.recipients)
        chains = await chains_to(tx, sender.id)
        return SendFacts(
            sender_id=sender.id,
            sender_is_active=sender.is_active,
            sender_roles=frozenset(role.value for role, _ in await roles_of(tx)),
            recipients=tuple(
                RecipientFacts(
                    user_id=user,
                    is_known=user in parties,
                    is_active=user in parties and parties[user].is_active,
                    received_today=received.get(user, 0),
                    returnable=chains.returnable.get(user, 0),
                    links=chains.links[user] + 1 if user in chains.links else 0,
                )
                for user in self.recipients
            ),
            amount=self.amount,
            sent_today=await sent_on(tx, day, sender_id=sender.id),
            day_ends=day.end,
            time_zone=tx.zone.key,
            approvers=await self._approvers(tx, sender),
        )

    async def _approvers(self, tx: Transaction, sender: Party) -> tuple[str, ...]:
        """Looked up only for an amount that may need them."""
        if self.amount * len(self.recipients) <= TRANSFER_DEFAULTS.most_without_approval:
            return ()
        named = TRANSFER_DEFAULTS.approval_required.approvers
        return await approvers_of(tx, sender, named=named, gainers=frozenset(self.recipients))

    def _account(self, locked: Locked) -> Account:
        return locked.account(account_id(Kind.PERSONAL, self.actor.id))

    def _refuse_shortage(self, locked: Locked, total: int) -> None:
        """Asked for the total, so that several recipients get one answer."""
        account = self._account(locked)
        free = account.free_on(locked.entry.today)
        if free < total:
            raise Refused(refuse(Because.OUT_OF_CREDITS, asked=total, available=free, account=account.id))

    def _move(self, locked: Locked, recipient: str) -> None:
        own, theirs = (account_id(Kind.PERSONAL, user) for user in (self.actor.id, recipient))
        Move(own, theirs, self.amount, PostingKind.SEND).apply(locked.books, locked.entry)

    def _receipt(self, tx: Transaction, parties: dict[str, Party], *, available: int) -> Sent:
        sent = tuple(SentTo(tx.new_id("tr"), user, parties[user].handle, self.amount) for user in self.recipients)
        total = self.amount * len(sent)
        return Sent(tx.new_id("trg"), sent, total, available, tx.now + UNDO_WINDOW)

    def _rows(self, tx: Transaction, receipt: Sent, *, operation_id: str) -> list[dict[str, object]]:
        return [
            {
                "organization_id": tx.organization_id,
                "id": part.transfer_id,
                "group_id": receipt.group_id,
                "sender_id": self.actor.id,
                "recipient_id": part.recipient_id,
                "amount": part.amount,
                "state": TransferState.COMPLETED.value,
                "asked_at": tx.now,
                "completed_at": tx.now,
                "operation_id": operation_id,
            }
            for part in receipt.transfers
        ]

    def _tell(self, tx: Transaction, receipt: Sent) -> None:
        for part in receipt.transfers:
            shared = {
                "transfer_id": part.transfer_id,
                "group_id": receipt.group_id,
                "sender_id": self.actor.id,
                "recipient_id": part.recipient_id,
                "reason": self.reason,
            }
            tx.emit(TransferCreated(**shared, amount=part.amount))
            tx.emit(TransferCompleted(**shared, amount=part.amount, undo_until=receipt.undo_until))

    async def _note(self, tx: Transaction, receipt: Sent) -> AuditNote:
        return AuditNote(
            Happened.TRANSFER_COMPLETED,
            await self.place(tx),
            subject_id=receipt.group_id,
            amount=receipt.total,
            details={"from": self.actor.id, "to": list(self.recipients), "each": self.amount},
            words={"reason": Words(self.reason, about_user_id=self.actor.id)} if self.reason else {},
        )
