"""Who has somebody's credits meanwhile: `pool`, `70% pool 30% @bob`, `pool for 3 days then department`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bot.commands.parse import bare
from bot.commands.people import Named, is_explicit, named
from core.ooo.plans import To

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
_JOINERS: Final = frozenset(
    {"and", "&", "+", "the", "my", "team's", "to", "on", "in", "all", "for", "during", "first", "next"}
)
_THEN: Final = frozenset({"then", "afterwards", "afterward", "thereafter", "after"})
_COUNTS: Final = {"a": 1, "an": 1, "one": 1, "another": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_UNITS: Final = {"d": 1, "w": 7}
_LENGTH: Final = re.compile(rf"(?:([0-9]{{1,4}})[ -]?|({'|'.join(_COUNTS)})[ -])(d|days?|w|wks?|weeks?)")


@dataclass(frozen=True, slots=True)
class Share:
    """A destination and its percentage."""

    to: To | Named
    percent: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A split, for so many days; the last goes on to the end."""

    shares: tuple[Share, ...]
    days: int | None = None


def where_to(words: Sequence[str]) -> int | None:
    """The `to` that a destination follows; another one stands between two days."""
    for at, word in enumerate(words[:-1]):
        if bare(word) == "to" and any(map(_is_destination, words[at + 1 : at + 3])):
            return at
    return None


def read_split(words: Sequence[str]) -> tuple[Stage, ...] | None:
    """Understand what stands behind that `to`; None when it is unclear. All but the last stage say their days."""
    found = [_stage(part) for part in _parts(_in_order(words))]
    stages = tuple(stage for stage in found if stage is not None)
    if not stages or len(stages) < len(found):
        return None
    is_clear = all(stage.days for stage in stages[:-1]) and stages[-1].days is None
    return stages if is_clear else None


def read_days_count(words: Sequence[str]) -> int | None:
    """`3 days`, `a week`, `2w`, when the words are nothing else."""
    length = _LENGTH.fullmatch(" ".join(map(bare, words)))
    if length is None:
        return None
    count = int(length[1]) if length[1] else _COUNTS[length[2]]
    return count * _UNITS[length[3][0]]


def _is_destination(word: str) -> bool:
    return bare(word) in _OF_ITS_OWN or is_explicit(word) or word.endswith("%") or word.startswith("usr_")


def _in_order(words: Sequence[str]) -> list[str]:
    """`pool, after 3 days department` as `pool 3 days then department`."""
    said = list(words)
    at = next((at for at, word in enumerate(said) if bare(word) == "after"), None)
    length = None if at is None else _length_at(said, at + 1)
    if at is None or length is None:
        return said
    end = length[0]
    return [*said[:at], *said[at + 1 : end], "then", *_in_order(said[end:])]


def _parts(words: Sequence[str]) -> Iterator[list[str]]:
    """What stands between the `then`s."""
    for is_then, part in groupby(words, key=lambda word: bare(word) in _THEN):
        if not is_then:
            yield list(part)


def _stage(words: Sequence[str]) -> Stage | None:
    found = ((at, length) for at in range(len(words)) if (length := _length_at(words, at)) is not None)
    at, (end, days) = next(found, (len(words), (len(words), None)))
    shares = _shares([*words[:at], *words[end:]])
    return Stage(shares, days) if shares else None


def _length_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Where a length ends that begins there, and its days."""
    lengths = ((end, read_days_count(words[at:end])) for end in (at + 2, at + 1) if end <= len(words))
    return next(((end, days) for end, days in lengths if days is not None), None)


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


PLACES: Final[Mapping[str, str]] = {
    To.POOL: "the pool of the team",
    To.PARENT: "the budget above",
    To.DEPARTMENT: "the budget of the department",
}
