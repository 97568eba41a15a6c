"""Whether somebody may draw from the pool of their team: pure, given facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.policy.pool import JUNIOR_REQUESTS, PoolPolicy
from core.refusals import Because, Refusal, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFacts:
    """`asked` is how often the person has asked this month, `room` what their allowance still gives, `free` what the
    pool has.
    """

    amount: int
    has_reason: bool
    is_junior: bool
    asked: int
    room: int
    free: int
    month_ends: datetime


def says_why(policy: PoolPolicy, facts: DrawFacts) -> Refusal | None:
    """Larger amounts need a reason."""
    if facts.has_reason or not policy.must_say_why(facts.amount):
        return None
    limit = policy.draw_limits.require_justification_over
    return refuse(Because.JUSTIFICATION_NEEDED, amount=facts.amount, limit=limit)


def within_requests(_policy: PoolPolicy, facts: DrawFacts) -> Refusal | None:
    """Juniors ask a few times a month."""
    if not facts.is_junior or facts.asked < JUNIOR_REQUESTS:
        return None
    return refuse(Because.TOO_MANY_DRAWS, limit=JUNIOR_REQUESTS, used=facts.asked, resets=facts.month_ends)


def within_allowance(policy: PoolPolicy, facts: DrawFacts) -> Refusal | None:
    """What calls and requests take of the pool counts together; what waits for a decision counts too."""
    if facts.amount <= facts.room:
        return None
    limit = policy.monthly_limit(is_junior=facts.is_junior)
    return refuse(
        Because.OVER_POOL_ALLOWANCE,
        amount=facts.amount,
        limit=limit,
        used=max(0, limit - facts.room),
        left=facts.room,
        resets=facts.month_ends,
    )


def within_pool(_policy: PoolPolicy, facts: DrawFacts) -> Refusal | None:
    """Nobody draws what is not there."""
    if facts.amount <= facts.free:
        return None
    return refuse(Because.POOL_SHORT, asked=facts.amount, available=facts.free)


# The first refusal counts, so the order is part of the contract.
DRAW_RULES = (says_why, within_requests, within_allowance, within_pool)


def weigh_draw(policy: PoolPolicy, facts: DrawFacts) -> Refusal | None:
    """The first refusal, or None."""
    return next((refusal for rule in DRAW_RULES if (refusal := rule(policy, facts)) is not None), None)
