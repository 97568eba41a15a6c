"""A person asks a colleague for credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.texts import check_amount, check_reason
from core.directory.texts import wrong
from core.directory.tree import active_person
from core.policy.transfer_policy import TransferPolicy
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import credit_requests
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about
from core.transfers.events import CreditsRequested
from core.transfers.people import policy_at
from core.transfers.requests import LIFE, RequestState


@dataclass(frozen=True, slots=True)
class Requested:
    """The receipt."""

    request_id: str
    colleague: str
    amount: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCredits:
    """Moves nothing: a yes is the colleague's own send."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    colleague_id: str
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> Requested:
        """Refuses oneself, who has left, service accounts, and amounts that could not be sent."""
        if self.colleague_id == self.actor.id:
            raise Refused(refuse(Because.NOT_TO_SELF))
        check_reason(self.reason)
        check_amount(self.amount)
        colleague = await active_person(tx, self.colleague_id)
        self._check(await policy_at(tx, colleague.home_id))
        if colleague.is_service:
            raise wrong("colleague_id", "a service account sends nothing")
        # Nothing below may refuse.
        request_id, expires_at = tx.new_id("crq"), tx.now + LIFE
        asks = CreditsRequested(
            request_id=request_id,
            requester_id=self.actor.id,
            colleague_id=colleague.id,
            amount=self.amount,
            reason=self.reason,
            expires_at=expires_at,
        )
        await _add_row(tx, asks)
        tx.emit(asks)
        tx.record(
            AuditNote(
                Happened.CREDITS_REQUESTED,
                await self.place(tx),
                subject_id=request_id,
                amount=self.amount,
                details={"from": colleague.id},
                words=words_about(self.actor.id, reason=self.reason),
            )
        )
        return Requested(request_id, colleague.handle, self.amount, expires_at)

    def _check(self, policy: TransferPolicy) -> None:
        """The colleague would send, so theirs is the policy."""
        if not policy.enabled:
            raise Refused(refuse(Because.TRANSFERS_OFF))
        least = policy.limits.min_transfer
        if self.amount < least:
            raise Refused(refuse(Because.BELOW_MINIMUM, amount=self.amount, minimum=least))


async def _add_row(tx: Transaction, asks: CreditsRequested) -> None:
    await tx.execute(
        insert(credit_requests).values(
            organization_id=tx.organization_id,
            id=asks.request_id,
            requester_id=asks.requester_id,
            colleague_id=asks.colleague_id,
            amount=asks.amount,
            reason=asks.reason,
            state=RequestState.OPEN.value,
            asked_at=tx.now,
            expires_at=asks.expires_at,
        )
    )
