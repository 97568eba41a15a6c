"""What calls cost: exact, as the catalogue says, never a float and never silently nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price
from hypothesis import given
from hypothesis import strategies as st

from core.pricing.catalogue import catalogue_name, find_price, price_of
from core.pricing.price import Parts, Price, Rate, credits_of, flat

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MODELS = (
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-5"),
    ("openai", "o3-mini"),
    ("anthropic", "claude-sonnet-4-5"),
    ("google", "gemini-2.5-pro"),
    ("deepseek", "deepseek-chat"),
)
tokens = st.integers(0, 2_000_000)


def test_cached_tokens_are_paid_once_and_cheaper() -> None:
    parts = Parts(input_tokens=24, cached_tokens=8, output_tokens=17)
    assert price_of(parts, provider="openai", model="gpt-4o-mini", at=NOON) == Decimal("0.0000132")


@given(st.sampled_from(MODELS), tokens, tokens, tokens)
def test_our_sum_is_the_catalogues(model: tuple[str, str], entry: int, cached: int, output: int) -> None:
    cached = min(cached, entry)
    usage = Usage(input_tokens=entry, cache_read_tokens=cached, output_tokens=output)
    theirs = calc_price(usage, model[1], provider_id=model[0], genai_request_timestamp=NOON).total_price
    parts = Parts(input_tokens=entry, cached_tokens=cached, output_tokens=output)
    assert price_of(parts, provider=model[0], model=model[1], at=NOON) == theirs


@given(st.sampled_from(MODELS), tokens, tokens, tokens, tokens)
def test_a_call_never_costs_more_than_was_estimated_for_more_tokens(
    model: tuple[str, str], entry: int, cached: int, output: int, more: int
) -> None:
    price = find_price(model[0], model[1], at=NOON)
    assert price is not None
    cost = price.of(Parts(input_tokens=entry, cached_tokens=min(cached, entry), output_tokens=output))
    assert cost is not None
    assert cost <= price.most(input_tokens=entry + more, output_tokens=output + more)


def test_beyond_a_tier_all_tokens_cost_its_rate() -> None:
    price = Price(input=Rate(Decimal(1), ((200_000, Decimal(2)),)), output=Rate(Decimal(4)))
    assert price.of(Parts(input_tokens=200_000, output_tokens=0)) == Decimal("0.2")
    assert price.of(Parts(input_tokens=200_001, output_tokens=0)) == Decimal("0.400002")


def test_an_unknown_model_has_no_price() -> None:
    parts = Parts(input_tokens=1, output_tokens=1)
    assert price_of(parts, provider="openai", model="mystery", at=NOON) is None
    assert price_of(parts, provider="my-own-server", model="gpt-4o", at=NOON) is None


def test_audio_without_a_rate_of_its_own_is_not_priced_as_text() -> None:
    price = Price(input=Rate(Decimal(1)), output=Rate(Decimal(2)))
    assert price.of(Parts(input_tokens=10, output_tokens=10, audio_output_tokens=5)) is None
    assert flat(Decimal(5)).of(Parts(input_tokens=10, output_tokens=10, audio_output_tokens=5)) == Decimal("0.0001")


@pytest.mark.parametrize(
    ("usd", "credits"), [("0", 0), ("0.0000001", 1), ("0.000001", 1), ("0.0000010001", 2), ("1", 1_000_000)]
)
def test_a_credit_is_a_millionth_of_a_dollar_and_a_part_of_one_is_a_whole_one(usd: str, credits: int) -> None:
    assert credits_of(Decimal(usd)) == credits


def test_a_provider_is_known_by_its_address_before_its_name() -> None:
    assert catalogue_name("openai", base_url="https://api.groq.com/openai/v1") == "groq"
    assert catalogue_name("openai", base_url="http://127.0.0.1:9/v1") == "openai"
    assert catalogue_name("our-vllm", base_url="http://127.0.0.1:9/v1") is None
