"""The prices that genai-prices brings along, compiled once per model. Nothing here reaches the network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from genai_prices.data_snapshot import find_provider_by_id, get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

from core.pricing.price import Parts, Price, Rate

MOST_MODELS: Final = 4_096
"""Looking a model up takes up to milliseconds, and callers name models: what was found, or not, is remembered."""


def price_of(parts: Parts, *, provider: str | None, model: str, at: datetime) -> Decimal | None:
    """What a call cost in USD, exactly; None when there is no price for the model.

    `provider` is the catalogue's name for who serves the model; None asks the model's own maker.
    """
    price = find_price(provider, model, at=at)
    return None if price is None else price.of(parts)


def find_price(provider: str | None, model: str, *, at: datetime) -> Price | None:
    """The price of a model at a time (some have cheaper hours); None when nobody knows it."""
    found = _find_model(provider, model)
    return None if found is None else _compile(_Same(found.get_prices(at)))


def catalogue_name(name: str, *, base_url: str | None) -> str | None:
    """What the catalogue calls a provider, by its address or else by its name; None when it does not know it."""
    if base_url is not None:
        try:
            return get_snapshot().find_provider(None, None, base_url).id
        except LookupError:
            pass
    known = find_provider_by_id(get_snapshot().providers, name)
    return None if known is None else known.id


@lru_cache(MOST_MODELS)
def _find_model(provider: str | None, model: str) -> ModelInfo | None:
    # Not through the library's `calc`: that keeps every name it was ever asked for.
    providers = get_snapshot().providers
    served_by = find_provider_by_id(providers, provider) if provider else _maker(providers, model.lower())
    return None if served_by is None else served_by.find_model(model, all_providers=providers)


def _maker(providers: Sequence[Provider], model: str) -> Provider | None:
    return next((maker for maker in providers if maker.model_match and maker.model_match.is_match(model)), None)


class _Same:
    """A price object as a key: the catalogue's own are never made anew, and hashing them by value is slow."""

    __slots__ = ("prices",)

    def __init__(self, prices: ModelPrice) -> None:
        self.prices = prices

    def __hash__(self) -> int:
        return id(self.prices)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.prices is self.prices


@lru_cache(MOST_MODELS)
def _compile(same: _Same) -> Price | None:
    prices = same.prices
    entry, exit_ = _rate(prices.input_mtok), _rate(prices.output_mtok)
    if entry is None or exit_ is None:
        return None  # priced by the image, the second or the page
    per_thousand_calls = prices.requests_kcount
    return Price(
        input=entry,
        output=exit_,
        cached=_rate(prices.cache_read_mtok),
        reasoning=_rate(prices.output_reasoning_mtok),
        audio_input=_rate(prices.input_audio_mtok),
        audio_output=_rate(prices.output_audio_mtok),
        per_call=per_thousand_calls.scaleb(-3) if isinstance(per_thousand_calls, Decimal) else Decimal(0),
    )


def _rate(price: Decimal | TieredPrices | None) -> Rate | None:
    if price is None or isinstance(price, Decimal):
        return None if price is None else Rate(price)
    return Rate(price.base, tuple((tier.start, tier.price) for tier in price.tiers))
