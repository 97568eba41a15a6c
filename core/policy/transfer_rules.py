"""Whether credits may be sent: pure rules over facts. The first refusal wins, so their order is a contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.ledger.accounts import MAX_CREDITS, is_amount
from core.policy.transfer_policy import TransferPolicy
from core.refusals import Because, Refusal, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts:
    """One recipient as the sender named them.

    `returnable` is what they sent the sender within 24 hours and did not get back yet; `links` is the length of the
    shortest circle that the transfer would close, itself counted, 0 when it closes none.
    """

    user_id: str
    is_known: bool
    is_active: bool
    received_today: int = 0
    returnable: int = 0
    links: int = 0

    def is_return(self, amount: int) -> bool:
        """Whether this gives back what they sent: no circle, and nobody's approval."""
        return 0 < amount <= self.returnable


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFacts:
    """What the rules look at; `amount` goes to each recipient."""

    sender_id: str
    sender_is_active: bool
    sender_roles: frozenset[str]
    recipients: tuple[RecipientFacts, ...]
    amount: int
    sent_today: int
    day_ends: datetime
    time_zone: str

    @property
    def total(self) -> int:
        """What leaves the sender."""
        return self.amount * len(self.recipients)


Rule = Callable[[TransferPolicy, SendFacts], Refusal | None]


def transfers_are_on(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del send
    return None if policy.enabled else refuse(Because.TRANSFERS_OFF)


def sender_is_active(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    return None if send.sender_is_active else refuse(Because.INACTIVE_USER, user=send.sender_id)


def sender_has_a_role_that_may(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    allowed = policy.restrictions.allowed_roles
    if send.sender_roles.isdisjoint(allowed):
        return refuse(Because.ROLE_MAY_NOT_SEND, allowed=", ".join(allowed))
    return None


def somebody_receives(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    return None if send.recipients else refuse(Because.BAD_VALUE, field="recipients", why="nobody is named")


def recipients_are_known(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    """A person of another organization is as unknown as one who never was."""
    del policy
    unknown = next((item for item in send.recipients if not item.is_known), None)
    return refuse(Because.UNKNOWN_USER, user=unknown.user_id) if unknown else None


def recipients_are_active(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    gone = next((item for item in send.recipients if not item.is_active), None)
    return refuse(Because.INACTIVE_USER, user=gone.user_id) if gone else None


def not_to_self(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    is_own = any(item.user_id == send.sender_id for item in send.recipients)
    return refuse(Because.NOT_TO_SELF) if is_own else None


def nobody_twice(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    named = [item.user_id for item in send.recipients]
    twice = next((user for user in named if named.count(user) > 1), None)
    return refuse(Because.SAME_RECIPIENT_TWICE, user=twice) if twice else None


def amount_is_possible(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    del policy
    if not is_amount(send.amount) or send.total > MAX_CREDITS:
        return refuse(Because.AMOUNT_OUT_OF_RANGE, amount=send.total, most=MAX_CREDITS)
    return None


def at_least_the_minimum(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    least = policy.limits.min_transfer
    return refuse(Because.BELOW_MINIMUM, amount=send.amount, minimum=least) if send.amount < least else None


def needs_approval(policy: TransferPolicy, send: SendFacts) -> bool:
    """No refusal: what is more than the total that needs nobody's yes waits for one. What is given back is free."""
    given = sum(send.amount for item in send.recipients if not item.is_return(send.amount))
    return given > policy.most_without_approval


def within_the_day_of_the_sender(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    limit = policy.limits.max_per_user_per_day
    if send.sent_today + send.total <= limit:
        return None
    return refuse(
        Because.OVER_DAILY_LIMIT,
        amount=send.total,
        limit=limit,
        used=send.sent_today,
        resets=send.day_ends,
        time_zone=send.time_zone,
    )


def within_the_day_of_each_recipient(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    limit = policy.limits.max_receive_per_user_per_day
    full = next((item for item in send.recipients if item.received_today + send.amount > limit), None)
    if full is None:
        return None
    return refuse(
        Because.RECIPIENT_OVER_DAILY_LIMIT,
        user=full.user_id,
        amount=send.amount,
        limit=limit,
        used=full.received_today,
        resets=send.day_ends,
        time_zone=send.time_zone,
    )


def no_circle(policy: TransferPolicy, send: SendFacts) -> Refusal | None:
    if not policy.restrictions.block_circular:
        return None
    closing = next((item for item in send.recipients if item.links and not item.is_return(send.amount)), None)
    if closing is None:
        return None
    return refuse(Because.CIRCLE, user=closing.user_id, links=closing.links, returnable=closing.returnable)


SEND_RULES: Final[tuple[Rule, ...]] = (
    transfers_are_on,
    sender_is_active,
    sender_has_a_role_that_may,
    somebody_receives,
    recipients_are_known,
    recipients_are_active,
    not_to_self,
    nobody_twice,
    amount_is_possible,
    at_least_the_minimum,
    within_the_day_of_the_sender,
    within_the_day_of_each_recipient,
    no_circle,
)
"""Whether there are enough credits is asked last, under the lock of the accounts."""

COMPLETION_RULES: Final[tuple[Rule, ...]] = (
    transfers_are_on,
    sender_is_active,
    recipients_are_active,
    at_least_the_minimum,
    within_the_day_of_each_recipient,
    no_circle,
)
"""What is asked again when somebody approves; the sender's day was counted when it was asked for."""


def weigh(policy: TransferPolicy, send: SendFacts, *, rules: tuple[Rule, ...] = SEND_RULES) -> Refusal | None:
    """The first refusal, or None when the credits may be sent."""
    return next((answer for rule in rules if (answer := rule(policy, send)) is not None), None)
