"""`quota off`, `approvals slack and inbox`, `all in_app`, `leaderboard anonymous`, in the ways people write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.commands.parse import bare
from core.notify.leaderboards import Shown
from core.notify.news import News, Way

NEWS_SAID: Final[Mapping[str, News]] = {
    **{news.value: news for news in News},
    "credit": News.CREDITS,
    "transfer": News.CREDITS,
    "transfers": News.CREDITS,
    "received": News.CREDITS,
    "thanks": News.CREDITS,
    "request": News.REQUESTS,
    "asks": News.REQUESTS,
    "approval": News.APPROVALS,
    "questions": News.APPROVALS,
    "decision": News.DECISIONS,
    "decided": News.DECISIONS,
    "quotas": News.QUOTA,
    "low": News.QUOTA,
    "exhausted": News.QUOTA,
    "refresh": News.REFRESHES,
    "refreshed": News.REFRESHES,
    "budgets": News.BUDGET,
    "absence": News.OOO,
    "absences": News.OOO,
    "away": News.OOO,
    "out-of-office": News.OOO,
    "vacation": News.OOO,
    "boost": News.BOOSTS,
    "override": News.BOOSTS,
    "overrides": News.BOOSTS,
    "loan": News.LOANS,
    "pools": News.POOL,
    "delegations": News.DELEGATION,
    "delegate": News.DELEGATION,
    "policies": News.POLICY,
    "rules": News.POLICY,
}
_WAYS_SAID: Final[Mapping[str, tuple[Way, ...]]] = {
    "slack": (Way.SLACK,),
    "teams": (Way.TEAMS,),
    "in_app": (Way.IN_APP,),
    "in-app": (Way.IN_APP,),
    "app": (Way.IN_APP,),
    "inbox": (Way.IN_APP,),
    "alfred": (Way.IN_APP,),
    "terminal": (Way.IN_APP,),
    "chat": (Way.SLACK, Way.TEAMS),
    "on": tuple(Way),
    "everywhere": tuple(Way),
}
_OFF: Final = frozenset({"off", "none", "nowhere", "never", "mute", "silent", "silence", "stop", "no"})
_USUAL: Final = frozenset({"default", "defaults", "usual", "reset", "normal"})
_ALL: Final = frozenset({"all", "everything", "notifications", "notices", "every"})
_LEADERBOARD: Final = frozenset({"leaderboard", "leaderboards", "top", "ranking"})
_SHOWN_SAID: Final[Mapping[str, Shown]] = {
    **{shown.value: shown for shown in Shown},
    "yes": Shown.NAMED,
    "in": Shown.NAMED,
    "named": Shown.NAMED,
    "no": Shown.NO,
    "out": Shown.NO,
    "anon": Shown.ANONYMOUS,
    "anonymously": Shown.ANONYMOUS,
}
_FILLERS: Final = frozenset(
    {"", "&", "+", "-", "=", "about", "and", "by", "for", "in", "me", "my", "of", "only", "please", "set", "the"}
    | {"tell", "through", "to", "turn", "via", "with", "news", "messages", "notification"}
)


class Unclear(Enum):
    """What could not be understood."""

    NEWS = "news"
    WAYS = "ways"
    SHOWN = "shown"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """Kinds of news, and the ways to hear of them: none for off, None for as the organization has it."""

    news: tuple[News, ...]
    ways: tuple[Way, ...] | None


@dataclass(frozen=True, slots=True)
class NotAWord:
    """A word that says nothing here."""

    typed: str


def read_notices(words: Sequence[str]) -> NoticeWords | NotAWord | Unclear:
    """Kinds and ways in any order: `quota off`, `mute the pool`, `slack and inbox for approvals`."""
    news: list[News] = []
    ways: set[Way] = set()
    is_off = is_usual = False
    for word in _words(words):
        if word in _ALL:
            news += News
        elif word in NEWS_SAID:
            news.append(NEWS_SAID[word])
        elif word in _WAYS_SAID:
            ways |= set(_WAYS_SAID[word])
        elif word in _OFF | _USUAL:
            is_off, is_usual = is_off or word in _OFF, is_usual or word in _USUAL
        else:
            return NotAWord(word)
    if not news:
        return Unclear.NEWS
    if bool(ways) + is_off + is_usual != 1:
        return Unclear.WAYS
    return NoticeWords(tuple(dict.fromkeys(news)), None if is_usual else tuple(way for way in Way if way in ways))


def is_about_leaderboards(words: Sequence[str]) -> bool:
    """Whether they are what it is about."""
    return any(word in _LEADERBOARD for word in _words(words))


def read_leaderboard(words: Sequence[str]) -> Shown | Unclear:
    """`leaderboard on`, `show me in leaderboards anonymously`."""
    said = {bare(word) for word in words}
    # “in” is in “show me in the leaderboards anonymously”, too: who wants to stay unknown says so.
    found = next((shown for word, shown in reversed(tuple(_SHOWN_SAID.items())) if word in said), None)
    return Unclear.SHOWN if found is None else found


def _words(words: Sequence[str]) -> list[str]:
    said = " ".join(words).replace("out of office", "ooo").replace("in app", "in_app").replace(",", " ").split()
    return [bare(word) for word in said if bare(word) not in _FILLERS]
