"""The grammar of a typed amount: a number, a scale, a unit; which unit is units.py's affair."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

DOLLAR_WORDS: Final = frozenset({"$", "us$", "usd", "dollar", "dollars"})
SCALES: Final[Mapping[str, int]] = {
    "k": 10**3, "thousand": 10**3,
    "m": 10**6, "million": 10**6,
    "b": 10**9, "billion": 10**9,
    "t": 10**12, "trillion": 10**12,
}  # fmt: skip

_LONGEST_TEXT: Final = 64  # characters; longer than any amount, short enough for any parser
_LONGEST_ECHO: Final = 40  # characters

# Only what phones, spreadsheets and input methods produce. NFKC would also read 10² as 102.
_SPACES: Final = "\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LOOKALIKES: Final[Mapping[int, int | str]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # fullwidth forms
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u2212\u2012\u2013"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019"), "'"),
    0xFFE5: "\u00a5",
    0xFFE1: "\u00a3",
}
_AROUND: Final = (
    " \t\r\n\"'`\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\uff02\uff07" + _SPACES
)

_SHAPE: Final = re.compile(
    r"-? ?(?P<before>us\$|usd|[$€£¥])? ?-?"
    r"(?P<number>[0-9.,'_ ]*[0-9]) ?(?P<after>[$€£¥]|[^\W\d_]+(?: [^\W\d_]+)?)?"
)
_NUMBER: Final = re.compile(
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<comma>[,'_ ])[0-9]{3}(?:(?P=comma)[0-9]{3})*)?"
    r"(?:\.(?P<part>[0-9]+))?"
)
# 10.000 is ten thousand to half of Europe and ten to everybody else.
_POINT_OR_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_FOREIGN: Final = re.compile(r"[0-9]+,[0-9]+|[1-9][0-9]{0,2}(?:[. '][0-9]{3})+(?:,[0-9]+)?")


class WrongAmount(StrEnum):
    """Why a text is not an amount: the closed list that front ends put into words."""

    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS_SEPARATOR = "ambiguous_separator"
    """`2,5M`, `10.000`, `1.234,50`: write `2.5M`, `10,000`, `1,234.50`."""
    NOT_POSITIVE = "not_positive"
    FRACTION_OF_A_CREDIT = "fraction_of_a_credit"
    TOO_LARGE = "too_large"
    UNKNOWN_UNIT = "unknown_unit"
    NO_DOLLAR_RATE = "no_dollar_rate"


class AmountError(ValueError):
    """A text that is not a positive whole number of credits.

    `typed` is what the person wrote, made safe to show: printable, at most 41 characters.
    """

    def __init__(self, reason: WrongAmount, typed: str) -> None:
        self.reason = reason
        self.typed = _echo(typed.strip(_AROUND))
        super().__init__(f"{self.reason}: {self.typed}")


@dataclass(frozen=True)
class Written:
    """An amount as written: scale and sign applied, the unit not looked up yet."""

    number: Fraction
    unit: str
    """Folded; "" when none was written."""


def take_apart(text: str) -> Written:
    """The number and the unit in `text`. Time does not depend on hostile lengths.

    Raises AmountError: not_a_number, ambiguous_separator, too_large (over 64 characters),
    unknown_unit (`$5 tokens`).
    """
    trimmed = text.strip(_AROUND)
    if len(trimmed) > _LONGEST_TEXT:
        digits = set(trimmed[:_LONGEST_TEXT]) <= set("0123456789")
        raise AmountError(WrongAmount.TOO_LARGE if digits else WrongAmount.NOT_A_NUMBER, trimmed)
    plain = re.sub(" +", " ", folded(trimmed))
    shape = _SHAPE.fullmatch(plain)
    if shape is None or any(c.isnumeric() for c in shape["after"] or ""):
        raise AmountError(WrongAmount.NOT_A_NUMBER, trimmed)
    scale, word = _scale_and_word(shape["after"] or "")
    if shape["before"]:
        if word and not {shape["before"], word} <= DOLLAR_WORDS:
            raise AmountError(WrongAmount.UNKNOWN_UNIT, trimmed)
        word = shape["before"]
    number = _number(shape["number"].strip(" "), scaled=scale is not None)
    if isinstance(number, WrongAmount):
        raise AmountError(number, trimmed)
    sign = -1 if "-" in plain else 1
    return Written(number=sign * number * (scale or 1), unit=word)


def folded(word: str) -> str:
    """One spelling for every way to type `word`: canonical caseless form (Unicode D145), halfwidth, composed.

    By way of capitals, so that a dotless i (U+0131), typed as I, is still the same letter.
    """
    decomposed = unicodedata.normalize("NFD", word.translate(_LOOKALIKES))
    return unicodedata.normalize("NFC", decomposed.upper().casefold())


def _scale_and_word(words: str) -> tuple[int | None, str]:
    first, _, rest = words.partition(" ")
    if first in SCALES:
        return SCALES[first], rest
    return None, words


def _number(text: str, *, scaled: bool) -> Fraction | WrongAmount:
    if not scaled and _POINT_OR_THOUSANDS.fullmatch(text):
        return WrongAmount.AMBIGUOUS_SEPARATOR
    number = _NUMBER.fullmatch(text)
    if number is None:
        foreign = _FOREIGN.fullmatch(text)
        return WrongAmount.AMBIGUOUS_SEPARATOR if foreign else WrongAmount.NOT_A_NUMBER
    whole = re.sub("[^0-9]", "", number["whole"] or "")
    part = number["part"] or ""
    return Fraction(int(whole + part), 10 ** len(part))


def _echo(text: str) -> str:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text[:_LONGEST_ECHO])
    return shown + "…" if len(text) > _LONGEST_ECHO else shown
