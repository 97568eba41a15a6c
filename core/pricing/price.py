"""A price and what tokens cost at it: exact decimals, never floats."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

CREDITS_PER_USD: Final = 1_000_000
"""Under metering `cost` a credit is a millionth of a dollar."""

_PER_MILLION: Final = -6


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The tokens of one call. Cached and audio input are part of input, reasoning and audio output part of output."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    audio_input_tokens: int = 0
    audio_output_tokens: int = 0

    @property
    def total(self) -> int:
        """All tokens: input and output, each counted once."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Rate:
    """USD per million tokens; beyond `start` input tokens in a call a tier's rate counts for all of its tokens."""

    base: Decimal
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def at(self, input_tokens: int) -> Decimal:
        """The rate for a call with so many input tokens."""
        rate = self.base
        for start, higher in self.tiers:
            if input_tokens > start:
                rate = higher
        return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model's tokens cost. A part without a rate of its own costs what its whole costs."""

    input: Rate
    output: Rate
    cached: Rate | None = None
    reasoning: Rate | None = None
    audio_input: Rate | None = None
    audio_output: Rate | None = None
    per_call: Decimal = Decimal(0)

    def of(self, parts: Parts) -> Decimal | None:
        """The exact cost in USD; None when it has tokens of a kind whose rate is not known (audio)."""
        if (parts.audio_input_tokens and not self.audio_input) or (parts.audio_output_tokens and not self.audio_output):
            return None
        size = parts.input_tokens
        audio_in = min(parts.audio_input_tokens, parts.input_tokens - parts.cached_tokens)
        audio_out = min(parts.audio_output_tokens, parts.output_tokens - parts.reasoning_tokens)
        usd = _times(self.input, parts.input_tokens - parts.cached_tokens - audio_in, size=size)
        usd += _times(self.output, parts.output_tokens - parts.reasoning_tokens - audio_out, size=size)
        usd += _times(self.cached or self.input, parts.cached_tokens, size=size)
        usd += _times(self.reasoning or self.output, parts.reasoning_tokens, size=size)
        usd += _times(self.audio_input or self.input, audio_in, size=size)
        usd += _times(self.audio_output or self.output, audio_out, size=size)
        return usd.scaleb(_PER_MILLION) + self.per_call

    def most(self, *, input_tokens: int, output_tokens: int) -> Decimal:
        """The highest cost that so many tokens can have, of whatever kind they turn out to be."""
        usd = _dearest(input_tokens, self.input, self.cached, self.audio_input, size=input_tokens)
        usd += _dearest(output_tokens, self.output, self.reasoning, self.audio_output, size=input_tokens)
        return usd.scaleb(_PER_MILLION) + self.per_call


def flat(usd_per_million: Decimal) -> Price:
    """One rate for everything: the ceiling price of models that nobody knows."""
    rate = Rate(usd_per_million)
    return Price(input=rate, output=rate, audio_input=rate, audio_output=rate)


def credits_of(usd: Decimal) -> int:
    """Credits under metering `cost`, rounded up to a whole one."""
    return int((usd * CREDITS_PER_USD).to_integral_value(rounding=ROUND_CEILING))


def _times(rate: Rate, tokens: int, *, size: int) -> Decimal:
    return rate.at(size) * tokens if tokens else Decimal(0)


def _dearest(tokens: int, *rates: Rate | None, size: int) -> Decimal:
    # A lower tier may in theory cost more than a higher one: all that the size can reach are weighed.
    reach = (
        price
        for rate in rates
        if rate is not None
        for price in (rate.base, *(tier for start, tier in rate.tiers if size > start))
    )
    return max(reach) * tokens
