"""What people hear of, in kinds that they can choose by; the ways to them; what cannot be switched off. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class News(StrEnum):
    """A kind of event as people think of them."""

    CREDITS = "credits"
    REQUESTS = "requests"
    APPROVALS = "approvals"
    DECISIONS = "decisions"
    QUOTA = "quota"
    REFRESHES = "refreshes"
    BUDGET = "budget"
    OOO = "ooo"
    BOOSTS = "boosts"
    LOANS = "loans"
    POOL = "pool"
    DELEGATION = "delegation"
    POLICY = "policy"
    SECURITY = "security"


class Way(StrEnum):
    """A way to a person: the name of a channel. Channels of other names reach no person, so nobody chooses them."""

    SLACK = "slack"
    TEAMS = "teams"
    IN_APP = "in_app"


USUAL: Final = frozenset(Way)
"""Where neither the person nor the organization says otherwise; a platform without their account does nothing."""

IN_CHAT: Final = USUAL - {Way.IN_APP}
"""Ways that may lead nowhere: to an account that is gone, or that does not let the bot in. The inbox takes over."""

ALWAYS: Final = frozenset({News.APPROVALS, News.SECURITY})
"""Others wait for the answer, or somebody must know: these stay in the inbox whatever else is switched off."""

NEWS: Final[Mapping[str, News]] = MappingProxyType(
    {
        "transfer.completed": News.CREDITS,
        "transfer.reversed": News.CREDITS,
        "transfer.thanked": News.CREDITS,
        "allocation.made": News.CREDITS,
        "credits.requested": News.REQUESTS,
        "credits.declined": News.REQUESTS,
        "credits.request_ended": News.REQUESTS,
        "approval.requested": News.APPROVALS,
        "approval.reminded": News.APPROVALS,
        "approval.question": News.APPROVALS,
        "approval.agreed": News.DECISIONS,
        "approval.decided": News.DECISIONS,
        "override.rejected": News.DECISIONS,
        "override.request_ended": News.DECISIONS,
        "quota.low": News.QUOTA,
        "quota.exhausted": News.QUOTA,
        "quota.refreshed": News.REFRESHES,
        "quota.shortfall_granted": News.REFRESHES,
        "quota.short": News.BUDGET,
        "budget.low": News.BUDGET,
        "credits.issued": News.BUDGET,
        "absence.set": News.OOO,
        "absence.silence_noticed": News.OOO,
        "absence.share_moved": News.OOO,
        "absence.ended": News.OOO,
        "absence.suggested": News.OOO,
        "absence.status_followed": News.OOO,
        "absence.return_suggested": News.OOO,
        "override.started": News.BOOSTS,
        "override.ends_soon": News.BOOSTS,
        "override.ended": News.BOOSTS,
        "override.revoked": News.BOOSTS,
        "loan.due": News.LOANS,
        "loan.overdue": News.LOANS,
        "loan.left": News.LOANS,
        "loan.written_off": News.LOANS,
        "loan.paid_back": News.LOANS,
        "pool.short": News.POOL,
        "channel.shut": News.POOL,
        "delegation.made": News.DELEGATION,
        "delegation.ended": News.DELEGATION,
        "policy.applied": News.POLICY,
        "approval.break_glass": News.SECURITY,
        "account.linked": News.SECURITY,
    }
)
"""Every event that somebody hears of, and its kind; a test compares the list with the audiences."""


def kept(news: News, ways: Iterable[Way]) -> tuple[Way, ...]:
    """What is left of a choice: each way once, in order, and the inbox where it cannot be switched off."""
    chosen = {*ways, Way.IN_APP} if news in ALWAYS else set(ways)
    return tuple(way for way in Way if way in chosen)
