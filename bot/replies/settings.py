"""How a person hears of what, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from core.notify.leaderboards import Shown
from core.notify.news import News, Way

NEWS_TOLD: Final[Mapping[News, str]] = {
    News.CREDITS: "Credits that come to you",
    News.REQUESTS: "Colleagues who ask for credits",
    News.APPROVALS: "Approvals that wait for you",
    News.DECISIONS: "Decisions about what you asked for",
    News.QUOTA: "Credits running low",
    News.REFRESHES: "Your quota was filled up",
    News.BUDGET: "Budgets that you manage",
    News.OOO: "Out of office",
    News.BOOSTS: "Your boosts",
    News.LOANS: "Loans paid back",
    News.POOL: "Team pools and channels",
    News.DELEGATION: "Deciding for others",
    News.POLICY: "Changed policies",
    News.SECURITY: "Security",
}
_WAYS_TOLD: Final[Mapping[Way, str]] = {Way.SLACK: "Slack", Way.TEAMS: "Teams", Way.IN_APP: "inbox"}
SHOWN_TOLD: Final[Mapping[Shown, str]] = {
    Shown.NO: "They do not show you",
    Shown.NAMED: "They show you by name",
    Shown.ANONYMOUS: "They show you without your name",
}


def ways_told(ways: Collection[str]) -> str:
    """`Slack and inbox`, or `off`."""
    return _and([_WAYS_TOLD[way] for way in Way if way.value in ways]) if ways else "off"


def reached_told(ways: Sequence[str], platforms: Collection[str]) -> str:
    """The same for somebody with accounts on these platforms: the others lead nowhere."""
    reached = [way for way in ways if way == Way.IN_APP.value or way in platforms]
    return ways_told(reached) if reached or not ways else f"{ways_told(ways)}, not linked"


def unlinked_told(ways: Sequence[str], platforms: Collection[str]) -> str:
    """What to do where something should come by a platform on which the person is not known; else nothing."""
    missing = [_WAYS_TOLD[way] for way in (Way.SLACK, Way.TEAMS) if way.value in ways and way.value not in platforms]
    if not missing:
        return ""
    return f"I do not know your account in {_and(missing)} yet: “link” ties it to you."


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
