"""Where the amount is among words: `10k`, `10 000`, `2.5M tokens`, `$ 50`, `3 points`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.parse import bare
from core.directory.units import Amount, AmountError, Units, WrongAmount

_LONGEST: Final = 4  # words: "10 000 000 tokens"
_AROUND: Final = "\"'`()*.,;:!?"
_STARTS: Final = tuple("0123456789$€£¥-−.")


_MEANT_AS_UNITS: Final = frozenset(
    {"point", "points", "euro", "euros", "eur", "pound", "pounds", "gbp", "franc", "francs", "chf", "yen", "jpy"}
    | {"cent", "cents"}
)
"""Behind a number these are units, also where the organization has none of that name: never a reason."""


@dataclass(frozen=True, slots=True)
class Found:
    """An amount and the span of words that it was written in."""

    amount: Amount
    first: int
    end: int


def find_amount(words: Sequence[str], units: Units) -> Found | AmountError | None:
    """The first span that is an amount, as long as it can be; else why the first number is none; else None."""
    starts = [at for at, word in enumerate(words) if looks_like_one(word)]
    found = next(filter(None, (_longest_from(first, words, units=units) for first in starts)), None)
    if found is not None and bare("".join(words[found.end : found.end + 1])) in _MEANT_AS_UNITS:
        return AmountError(WrongAmount.UNKNOWN_UNIT, " ".join(words[found.first : found.end + 1]))
    return found or next(filter(None, (_why(words[first], units) for first in starts)), None)


def _longest_from(first: int, words: Sequence[str], *, units: Units) -> Found | None:
    for end in range(min(len(words), first + _LONGEST), first, -1):
        found = _read(words[first:end], units)
        if isinstance(found, Amount):
            return Found(found, first, end)
    return None


def amount_at_end(words: Sequence[str], units: Units) -> Found | None:
    """The longest span at the very end that is an amount."""
    for first in range(max(0, len(words) - _LONGEST), len(words)):
        found = _read(words[first:], units) if looks_like_one(words[first]) else None
        if isinstance(found, Amount):
            return Found(found, first, len(words))
    return None


def looks_like_one(word: str) -> bool:
    """Whether a word begins like a number."""
    word = word.lstrip(_AROUND[:5])
    return word.startswith(_STARTS) or (word[:3].casefold() in {"usd", "us$"} and not word[3:4].isalpha())


def _why(word: str, units: Units) -> AmountError | None:
    wrong = _read([word], units)
    return wrong if isinstance(wrong, AmountError) else None


def _read(words: Sequence[str], units: Units) -> Amount | AmountError:
    text = " ".join(words)
    try:
        return units.read(text)
    except AmountError as error:
        trimmed = text.strip(_AROUND)
        return error if trimmed == text else _read([trimmed], units)
