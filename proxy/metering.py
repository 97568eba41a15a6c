"""From tokens to credits and dollars, as the organization meters: by tokens, or by cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.directory.principals import Principal
from core.directory.units import Metering
from core.pricing.catalogue import find_price
from core.pricing.price import Parts, Price, credits_of, flat
from core.refusals import Because, Refused, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """What the operator decides about calls.

    `default_output_cap` is in tokens, for calls that bring none of their own. `ceiling` is USD per million tokens for
    models that nobody prices; None refuses them where calls are metered by cost.
    """

    default_output_cap: int = 4_096
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call comes to. `usd` is exact, None when nobody prices the model; `is_ceiling` that policy priced it."""

    credits: int
    usd: Decimal | None
    is_ceiling: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """One call's price, found once: for its estimate, and for its bill."""

    metering: Metering
    price: Price | None
    is_ceiling: bool

    def estimate(self, *, input_tokens: int, output_tokens: int) -> int:
        """Credits to hold for at most so many tokens."""
        if self.metering is Metering.TOKENS:
            return max(1, input_tokens + output_tokens)
        assert self.price is not None, "an unpriced model was refused"
        return max(1, credits_of(self.price.most(input_tokens=input_tokens, output_tokens=output_tokens)))

    def bill(self, parts: Parts) -> Bill:
        """What these tokens come to."""
        usd = self.price.of(parts) if self.price is not None else None
        if self.metering is Metering.TOKENS:
            return Bill(parts.total, usd, self.is_ceiling)
        assert self.price is not None, "an unpriced model was refused"
        if usd is None:  # tokens of a kind without a rate: never cheaper than the dearest that is known
            usd = self.price.most(input_tokens=parts.input_tokens, output_tokens=parts.output_tokens)
        return Bill(credits_of(usd), usd, self.is_ceiling)


def meter_for(principal: Principal, policy: CallPolicy, *, provider: str | None, model: str, at: datetime) -> Meter:
    """The meter of one call. Raises Refused (UNPRICED_MODEL) where credits follow cost and nobody knows the price."""
    price = find_price(provider, model, at=at)
    metering = principal.units.metering
    if price is not None or metering is Metering.TOKENS:
        return Meter(metering, price, is_ceiling=False)
    if policy.ceiling is None:
        raise Refused(refuse(Because.UNPRICED_MODEL, model=model))
    return Meter(metering, flat(policy.ceiling), is_ceiling=True)
