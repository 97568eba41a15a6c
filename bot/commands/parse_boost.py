"""How much for how long and why: `200k for 48h P0`, `200000 --hours 48 --reason P0`, `2M 2 days "launch"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.amounts import find_amount
from bot.commands.parse import after_dashes, bare
from bot.commands.verdict import sentence
from core.directory.units import Amount, AmountError, Units

_UNITS: Final = {"h": 1, "d": 24, "w": 168}
_LENGTH: Final = re.compile(r"([0-9]{1,5})[ -]?(h|hr|hrs|hour|hours|d|day|days|w|wk|week|weeks)")
_FLAGS: Final = {"hours": "h", "hour": "h", "days": "d", "day": "d", "weeks": "w"}
_BEFORE: Final = frozenset({"for", "during", "--for", "--duration"})
_REASON: Final = frozenset({"reason", "message", "because", "note"})


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time, and the words around it."""

    hours: int
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoostWords:
    """What was said of a boost; None is what was left out."""

    amount: Amount | None
    hours: int | None
    reason: str


def read_boost(words: Sequence[str], units: Units) -> BoostWords | AmountError:
    """The parts of a boost in words, in any order."""
    lasting = read_length(words) or read_length(words, is_marked=False)
    rest = tuple(words) if lasting is None else lasting.rest
    rest = tuple(word for word in rest if after_dashes(word) not in _REASON)
    found = find_amount(rest, units)
    if isinstance(found, AmountError):
        return found
    hours = None if lasting is None else lasting.hours
    if found is None:
        return BoostWords(None, hours, sentence(rest))
    return BoostWords(found.amount, hours, sentence((*rest[: found.first], *rest[found.end :])))


def read_length(words: Sequence[str], *, is_marked: bool = True) -> Lasting | None:
    """The first length: behind `for` or as `--hours 48`; anywhere when it need not be marked."""
    found = (_at(words, at, is_marked=is_marked) for at in range(len(words)))
    return next((lasting for lasting in found if lasting is not None), None)


def _at(words: Sequence[str], at: int, *, is_marked: bool) -> Lasting | None:
    """The length that begins at a word, the mark in front of it included."""
    flag = _FLAGS.get(after_dashes(words[at]))
    if flag is not None:
        return _lasting(words, first=at, text=f"{' '.join(words[at + 1 : at + 2])}{flag}", end=at + 2)
    if is_marked and not {words[at], bare(words[at])} & _BEFORE:
        return None
    first = at + 1 if is_marked else at
    spans = ((" ".join(map(bare, words[first:end])), end) for end in (first + 2, first + 1))
    found = (_lasting(words, first=at, text=text, end=end) for text, end in spans)
    return next((lasting for lasting in found if lasting is not None), None)


def _lasting(words: Sequence[str], *, first: int, text: str, end: int) -> Lasting | None:
    length = _LENGTH.fullmatch(text)
    if length is None:
        return None
    return Lasting(int(length[1]) * _UNITS[length[2][0]], (*words[:first], *words[end:]))
