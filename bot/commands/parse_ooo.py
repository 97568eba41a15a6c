"""`ooo next week to 50% pool 50% @bob delegate @carol`, in the ways people write it.

DAYS [to SPLIT] [delegate PERSON] [vacation | sick | leave] [--yes]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.commands.parse import after_dashes, bare
from bot.commands.people import Named, is_explicit, named
from bot.commands.spans import Days, read_days
from core.ooo.plans import To
from core.ooo.words import Reason

_PERCENT: Final = re.compile(r"([0-9]{1,3})%?")
_OF_ITS_OWN: Final = {
    "pool": To.POOL,
    "team": To.POOL,
    "parent": To.PARENT,
    "budget": To.PARENT,
    "manager": To.PARENT,
    "department": To.DEPARTMENT,
    "dept": To.DEPARTMENT,
}
_REASONS: Final = {
    "vacation": Reason.VACATION,
    "holiday": Reason.VACATION,
    "holidays": Reason.VACATION,
    "sick": Reason.SICK,
    "ill": Reason.SICK,
    "leave": Reason.LEAVE,
}
_JOINERS: Final = frozenset({"and", "&", "+", "the", "my", "team's", "to", "on", "in"})
_DELEGATES: Final = frozenset({"delegate", "delegating", "cover", "deputy"})


class Unclear(StrEnum):
    """What could not be understood."""

    DAYS = "days"
    SPLIT = "split"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class Share:
    """A destination and its percentage."""

    to: To | Named
    percent: int


@dataclass(frozen=True, slots=True)
class OooWords:
    """What was said. No shares: as the policy says."""

    days: Days
    shares: tuple[Share, ...]
    delegate: Named | None
    reason: Reason
    is_confirmed: bool


def read_ooo(words: Sequence[str], *, today: date) -> OooWords | Unclear:
    """Understand it, or say what is unclear."""
    is_confirmed = any(after_dashes(word) == "yes" for word in words)
    said = [word for word in words if not after_dashes(word)]
    reason = next((_REASONS[bare(word)] for word in said if bare(word) in _REASONS), Reason.OTHER)
    said = [word for word in said if bare(word) not in _REASONS]
    said, stand_in = _cut(said, next((at for at, word in enumerate(said) if bare(word) in _DELEGATES), None))
    said, split = _cut(said, _where_to(said))
    days = read_days(said, today=today)
    if days is None:
        return Unclear.DAYS
    shares = _shares(split or [])
    if shares is None or (split is not None and not shares):
        return Unclear.SPLIT
    delegate = (
        None if stand_in is None else named(" ".join(word for word in stand_in if bare(word) not in {"to", "is"}))
    )
    if stand_in is not None and delegate is None:
        return Unclear.DELEGATE
    return OooWords(days, shares, delegate, reason, is_confirmed)


def _cut(words: list[str], at: int | None) -> tuple[list[str], list[str] | None]:
    """What stands before a keyword and behind it."""
    return (words, None) if at is None else (words[:at], words[at + 1 :])


def _where_to(words: Sequence[str]) -> int | None:
    """The `to` that a destination follows; another one stands between two days."""
    for at, word in enumerate(words[:-1]):
        if bare(word) == "to" and any(map(_is_destination, words[at + 1 : at + 3])):
            return at
    return None


def _is_destination(word: str) -> bool:
    return bare(word) in _OF_ITS_OWN or is_explicit(word) or word.endswith("%") or word.startswith("usr_")


def _shares(words: Sequence[str]) -> tuple[Share, ...] | None:
    """`80% pool 20% @bob`, `pool 80 and @bob 20`, `pool, @bob`: without figures everybody gets as much."""
    to: list[To | Named] = []
    figures: list[int] = []
    for word in words:
        text = bare(word)
        if text in _JOINERS or not text:
            continue
        figure = _PERCENT.fullmatch(text)
        if figure is not None:
            figures.append(int(figure[1]))
            continue
        somebody = _OF_ITS_OWN.get(text) or named(word)
        if somebody is None:
            return None
        if somebody not in to:
            to.append(somebody)
    if figures and len(figures) != len(to):
        return None
    return tuple(Share(who, percent) for who, percent in zip(to, figures or _equal(len(to)), strict=True))


def _equal(count: int) -> list[int]:
    """A hundred in equal parts, the first ones a little larger."""
    return [100 // count + (at < 100 % count) for at in range(count)]
