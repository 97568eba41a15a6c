"""`pool fund 100k for the launch`, `pool withdraw 50k`, `pool backend`; `request 50k from pool P0 incident`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.commands.amounts import Found, find_amount
from bot.commands.parse import after_dashes, bare
from bot.commands.people import is_explicit, readable
from bot.commands.places import name_of
from core.directory.units import Amount, AmountError, Units

_POOL: Final = frozenset({"pool", "teampool", "team-pool", "pools"})
_TOWARDS_POOL: Final = frozenset({"from", "the", "team", "team's", "teams", "our", "shared", "my", "to", "of", "with"})
_BECAUSE: Final = frozenset({"as", "because", "bc", "cause", "for", "since", "reason", "re", "note", "message"})
_REASON_OPTION: Final = frozenset({"reason", "message", "msg", "m", "r", "note", "for", "justification"})
_FILLERS: Final = frozenset(
    {
        "",
        "a",
        "an",
        "any",
        "credits",
        "draw",
        "from",
        "get",
        "in",
        "into",
        "it",
        "me",
        "my",
        "of",
        "our",
        "out",
        "please",
    }
    | {"pls", "pool", "pools", "put", "shared", "show", "some", "status", "the", "to", "tokens", "up", "with", "worth"}
)


class PoolWish(StrEnum):
    """What somebody wants of a pool."""

    LOOK = "look"
    FUND = "fund"
    WITHDRAW = "withdraw"
    QUOTA = "quota"


_WISHES: Final = {
    **dict.fromkeys(("fund", "add", "deposit", "put"), PoolWish.FUND),
    **dict.fromkeys(("withdraw", "take", "remove"), PoolWish.WITHDRAW),
    **dict.fromkeys(("quota", "limit", "refill", "fill", "replenish", "topup", "top"), PoolWish.QUOTA),
}
_NOTHING: Final = frozenset({"none", "off", "no", "never", "remove", "nothing"})


@dataclass(frozen=True, slots=True)
class PoolWords:
    """What was said behind `pool`. `team` is a name or empty; `is_none` that a quota is to go."""

    wish: PoolWish
    amount: Amount | None
    typed: str
    team: str
    reason: str
    is_none: bool


@dataclass(frozen=True, slots=True)
class DrawWords:
    """What was asked of the pool; without an amount it is still to be asked for."""

    amount: Amount | None
    reason: str


def read_pool(words: Sequence[str], units: Units) -> PoolWords | AmountError:
    """Never raises."""
    at = next((at for at, word in enumerate(words[:3]) if bare(word) in _WISHES), None)
    if at is None:
        return PoolWords(PoolWish.LOOK, None, "", _team(words), "", is_none=False)
    wish = _WISHES[bare(words[at])]
    rest, reason = _apart([*words[:at], *words[at + 1 :]])
    found = find_amount(rest, units)
    if isinstance(found, AmountError):
        return found
    if found is None:
        kept = [word for word in rest if bare(word) not in _NOTHING]
        return PoolWords(wish, None, "", _team(kept), reason, is_none=len(kept) < len(rest))
    kept = [*rest[: found.first], *rest[found.end :]]
    typed = " ".join(rest[found.first : found.end])
    return PoolWords(wish, found.amount, typed, _team(kept), reason, is_none=False)


def means_pool(words: Sequence[str]) -> bool:
    """Whether a request is put to the pool: it names it where a person would be named, and nobody before it."""
    at = next((at for at, word in enumerate(words) if bare(word) in _POOL), None)
    if at is None or any(is_explicit(word) for word in words[:at]):
        return False
    before = [bare(word) for word in words[max(0, at - 1) : at]]
    return at == 0 or before[0] in _TOWARDS_POOL - {"to", "with", "of"}


def read_draw(words: Sequence[str], units: Units) -> DrawWords | AmountError:
    """`50k from pool P0 incident`, `pool 50000 --reason P0 incident`. Never raises."""
    at = next(at for at, word in enumerate(words) if bare(word) in _POOL)
    first = at
    while first and bare(words[first - 1]) in _TOWARDS_POOL:
        first -= 1
    rest = [*words[:first], *words[at + 1 :]]
    found = find_amount(rest, units)
    if isinstance(found, AmountError):
        return found
    if not isinstance(found, Found):
        return DrawWords(None, _sentence(rest))
    before = [word for word in rest[: found.first] if bare(word) not in _FILLERS]
    return DrawWords(found.amount, _sentence([*before, *rest[found.end :]]))


def _apart(words: Sequence[str]) -> tuple[list[str], str]:
    """The words in front of the reason, and the reason."""
    for at, word in enumerate(words):
        if after_dashes(word) in _REASON_OPTION or bare(word) in _BECAUSE:
            return list(words[:at]), _sentence(words[at:])
    return list(words), ""


def _team(words: Sequence[str]) -> str:
    return name_of([word for word in words if bare(word) not in _FILLERS])


def _sentence(words: Sequence[str]) -> str:
    """As people read it, without what begins it and without quotes around it."""
    kept = list(words)
    while kept and (after_dashes(kept[0]).partition("=")[0] in _REASON_OPTION or bare(kept[0]) in _BECAUSE | {""}):
        option, equals, value = kept[0].partition("=")
        kept = [value, *kept[1:]] if equals and after_dashes(option) else kept[1:]
    return " ".join(map(readable, kept)).strip(" \"'")
