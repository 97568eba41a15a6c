"""An organization's units: what people type becomes credits, and credits become words.

Everything is exact: integers and fractions, never a float. An amount that is not a
whole number of credits is refused; nothing is rounded on the way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from core.directory.amount_reading import (
    DOLLAR_WORDS,
    SCALES,
    AmountError,
    WrongAmount,
    folded,
    take_apart,
)
from core.ledger.accounts import MAX_CREDITS

__all__ = [
    "CREDIT",
    "FIXED_RATE_NOTE",
    "LARGEST_AMOUNT",
    "TOKEN",
    "USD",
    "Amount",
    "AmountError",
    "Metering",
    "Units",
    "UnitsError",
    "WrongAmount",
]

LARGEST_AMOUNT: Final = MAX_CREDITS
"""Credits. What the ledger takes in one operation; under 2**53, so JSON readers with doubles keep it exact."""

FIXED_RATE_NOTE: Final = "at your fixed rate; not a cap on dollars"

CREDIT: Final = "credit"
TOKEN: Final = "token"
USD: Final = "usd"

_CREDIT_WORDS: Final = frozenset({"credit", "credits"})
_TOKEN_WORDS: Final = frozenset({"token", "tokens"})
_RESERVED_WORDS: Final = _CREDIT_WORDS | _TOKEN_WORDS | DOLLAR_WORDS | SCALES.keys()
_LONGEST_UNIT_NAME: Final = 20  # characters
_CREDITS_PER_USD_AT_COST: Final = 1_000_000
_CREDITS_PER_CENT_AT_COST: Final = 10_000
_SMALLEST_RATE: Final = Decimal("0.000001")
_LARGEST_RATE: Final = Decimal(10**12)
_SHORT_SCALES: Final = (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3))


class Metering(StrEnum):
    """What one credit stands for; fixed once an organization has issued credits."""

    TOKENS = "tokens"
    """1 credit = 1 token."""
    COST = "cost"
    """1,000,000 credits = 1 US dollar."""


class UnitsError(ValueError):
    """Units that would make what people type ambiguous or inexact."""


@dataclass(frozen=True)
class Amount:
    """Credits (1 to LARGEST_AMOUNT) and the unit they were typed in.

    `unit` is CREDIT, TOKEN, USD or the name of a custom unit.
    """

    credits: int
    unit: str


@dataclass(frozen=True)
class Units:
    """How one organization counts.

    `credits_per_usd`: at most six decimals, only under `tokens`; None: no dollar amounts.
    `custom`: name -> credits in one, `{"point": 1000}`.
    Raises UnitsError when a name or a number cannot be used.
    """

    metering: Metering
    credits_per_usd: Decimal | None
    custom: Mapping[str, int] = field(hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "custom", dict(self.custom))
        _check_rate(self.metering, self.credits_per_usd)
        _check_custom(self.custom)

    def parse(self, text: str) -> int:
        """Credits in `text`; a bare number counts credits. Raises AmountError, nothing else."""
        return self.read(text).credits

    def read(self, text: str) -> Amount:
        """Credits in `text` and the unit they were typed in.

        `10k`, `10 000`, `2.5M tokens`, `$1,234.50`, `50usd`, `3 points`. A comma groups
        thousands and a point marks decimals. Refused: other scripts' digits, `1e6`, `+5`.
        Raises AmountError, nothing else.
        """
        written = take_apart(text)
        unit = self._unit_named(written.unit)
        if unit is None:
            raise AmountError(WrongAmount.UNKNOWN_UNIT, text)
        size = self._credits_in_one(unit)
        if size is None:
            raise AmountError(WrongAmount.NO_DOLLAR_RATE, text)
        value = written.number * size
        if value <= 0:
            raise AmountError(WrongAmount.NOT_POSITIVE, text)
        if value > LARGEST_AMOUNT:
            raise AmountError(WrongAmount.TOO_LARGE, text)
        if value.denominator != 1:
            raise AmountError(WrongAmount.FRACTION_OF_A_CREDIT, text)
        return Amount(credits=value.numerator, unit=unit)

    def show(self, amount: int) -> str:
        """Exact words for any number of credits, signed: `45,000 tokens`, `-$12.34`.

        Dollars have two, four or six decimals, so that `parse` never meets `$1.500`.
        """
        if self.metering is Metering.COST:
            return _dollars(amount)
        return f"{amount:,} {TOKEN if abs(amount) == 1 else TOKEN + 's'}"

    def show_short(self, amount: int) -> str:
        """Three digits and a scale, for tables: `45k`, `2.5M`, `$1.2k`.

        Digits cut off are announced, `~12.3k`, and cut towards zero: nobody is shown more
        than there is, and no amount is shown as 0. Without `~` it parses back exactly.
        """
        if self.metering is Metering.COST:
            return _short_dollars(amount)
        return _abbreviated(amount, one=1, symbol="") or str(amount)

    def show_as(self, amount: int, unit: str) -> str:
        """`amount` credits in the unit somebody typed, `3 points`, where that is exact; else `show`.

        A custom unit that was removed since then also falls back to `show`.
        """
        if unit == USD and self.credits_per_usd is not None:
            micros = Fraction(amount * 10**6) / Fraction(self.credits_per_usd)
            return _dollars(micros.numerator) if micros.denominator == 1 else self.show(amount)
        if unit not in self.custom or amount % self.custom[unit]:
            return self.show(amount)
        count = amount // self.custom[unit]
        plural = unit if abs(count) == 1 or unit.endswith("s") else unit + "s"
        return f"{count:,} {plural}"

    def note_on(self, unit: str) -> str | None:
        """The sentence that must stand beside an amount typed in `unit`, if any."""
        return FIXED_RATE_NOTE if unit == USD and self.metering is Metering.TOKENS else None

    def _unit_named(self, word: str) -> str | None:
        if word == "":
            return TOKEN if self.metering is Metering.TOKENS else CREDIT
        if word in _CREDIT_WORDS:
            return CREDIT
        if word in _TOKEN_WORDS and self.metering is Metering.TOKENS:
            return TOKEN
        if word in DOLLAR_WORDS:
            return USD
        return next((name for name in self.custom if word in _forms(name)), None)

    def _credits_in_one(self, unit: str) -> Fraction | None:
        if unit in {CREDIT, TOKEN}:
            return Fraction(1)
        if unit != USD:
            return Fraction(self.custom[unit])
        if self.metering is Metering.COST:
            return Fraction(_CREDITS_PER_USD_AT_COST)
        return None if self.credits_per_usd is None else Fraction(self.credits_per_usd)


def _dollars(micros: int) -> str:
    whole, rest = divmod(abs(micros), 10**6)
    decimals = f"{rest:06d}".rstrip("0")
    decimals = decimals.ljust(max(2, len(decimals) + len(decimals) % 2), "0")
    return f"{_sign(micros)}${whole:,}.{decimals}"


def _short_dollars(micros: int) -> str:
    short = _abbreviated(micros, one=_CREDITS_PER_USD_AT_COST, symbol="$")
    if short is not None:
        return short
    lost = abs(micros) % _CREDITS_PER_CENT_AT_COST
    if lost in {0, abs(micros)}:
        return _dollars(micros)
    return "~" + _dollars(micros - lost if micros > 0 else micros + lost)


def _abbreviated(amount: int, *, one: int, symbol: str) -> str | None:
    """`amount` over the largest scale that it reaches; None below a thousand of `one`."""
    size = abs(amount)
    for letter, scale in _SHORT_SCALES:
        if size >= scale * one:
            places = max(0, 3 - len(str(size // (scale * one))))
            kept, lost = divmod(size * 10**places, scale * one)
            whole, part = divmod(kept, 10**places)
            decimals = f".{part:0{places}d}".rstrip("0") if part else ""
            return f"{'~' if lost else ''}{_sign(amount)}{symbol}{whole:,}{decimals}{letter}"
    return None


def _sign(amount: int) -> str:
    return "-" if amount < 0 else ""


def _forms(name: str) -> frozenset[str]:
    """What people may write for a custom unit: singular and plural, folded."""
    name = folded(name)
    forms = {name, name + "s", name + "es"}
    if name.endswith("s"):
        forms.add(name[:-1])
    if name.endswith("y"):
        forms.add(name[:-1] + "ies")
    return frozenset(forms)


def _check_rate(metering: Metering, rate: Decimal | None) -> None:
    if rate is None:
        return
    if metering is Metering.COST:
        raise UnitsError("under metering cost 1,000,000 credits are 1 USD: no rate can be set")
    # The magnitude first: Fraction(Decimal("1e999999")) would take minutes.
    if not (rate.is_finite() and _SMALLEST_RATE <= rate <= _LARGEST_RATE):
        raise UnitsError("credits_per_usd must lie between 0.000001 and 1,000,000,000,000")
    if (Fraction(rate) * 10**6).denominator != 1:
        raise UnitsError("credits_per_usd has more than six decimals")


def _check_custom(custom: Mapping[str, int]) -> None:
    for name, size in custom.items():
        if not (folded(name).isalpha() and len(name) <= _LONGEST_UNIT_NAME):
            raise UnitsError("the name of a unit must be 1 to 20 letters")
        if not 0 < size <= LARGEST_AMOUNT:
            raise UnitsError(f"one {name} must be between 1 and {LARGEST_AMOUNT:,} credits")
        if _forms(name) & _RESERVED_WORDS:
            raise UnitsError(f"the unit name {name} already means something else")
        confused = [other for other in custom if other != name and _forms(other) & _forms(name)]
        if confused:
            raise UnitsError(f"the unit names {name} and {confused[0]} can be confused")
