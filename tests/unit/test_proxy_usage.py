"""Token parts: one meaning for what providers say in several ways, and an upper bound before they say anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pricing.price import Parts
from proxy.chat_request import parse_chat
from proxy.estimate import most_prompt_tokens
from proxy.usage import parts_of


def test_openai_counts_cached_in_the_prompt_and_reasoning_in_the_completion() -> None:
    usage = {
        "prompt_tokens": 2_006,
        "completion_tokens": 300,
        "total_tokens": 2_306,
        "prompt_tokens_details": {"cached_tokens": 1_920},
        "completion_tokens_details": {"reasoning_tokens": 192},
    }
    parts = parts_of(usage)
    assert parts == Parts(input_tokens=2_006, cached_tokens=1_920, output_tokens=300, reasoning_tokens=192)
    assert parts is not None
    assert parts.total == 2_306


def test_reasoning_beside_the_completion_is_found_in_the_total() -> None:
    beside = {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 94},
    }
    assert parts_of(beside) == Parts(input_tokens=32, output_tokens=103, reasoning_tokens=94)
    assert parts_of({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 40}) == Parts(
        input_tokens=10, output_tokens=30, reasoning_tokens=25
    )


def test_cached_tokens_beside_the_prompt_are_added_to_it() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 1_000}}
    assert parts_of(usage) == Parts(input_tokens=1_010, cached_tokens=1_000, output_tokens=5)


def test_deepseek_names_its_cache_hits_otherwise() -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105, "prompt_cache_hit_tokens": 64}
    assert parts_of(usage) == Parts(input_tokens=100, cached_tokens=64, output_tokens=5)


@pytest.mark.parametrize(
    "usage",
    [
        None, [], "41", {}, {"prompt_tokens": None}, {"prompt_tokens": -1}, {"prompt_tokens": 1.5},
        {"prompt_tokens": True}, {"prompt_tokens": 10**15}, {"prompt_tokens": 1, "completion_tokens": "2"},
    ],
)  # fmt: skip
def test_usage_that_makes_no_sense_is_none(usage: object) -> None:
    assert parts_of(usage) is None


numbers = st.one_of(st.none(), st.integers(-5, 5_000), st.booleans(), st.text(max_size=3))


@given(
    st.fixed_dictionaries(
        {"prompt_tokens": numbers, "completion_tokens": numbers, "total_tokens": numbers},
        optional={
            "prompt_tokens_details": st.dictionaries(st.sampled_from(["cached_tokens", "audio_tokens"]), numbers),
            "completion_tokens_details": st.dictionaries(
                st.sampled_from(["reasoning_tokens", "audio_tokens"]), numbers
            ),
        },
    )
)
def test_whatever_is_said_parts_are_never_larger_than_their_whole(usage: Mapping[str, Any]) -> None:
    parts = parts_of(usage)
    if parts is None:
        return
    assert 0 <= parts.cached_tokens <= parts.input_tokens
    assert 0 <= parts.reasoning_tokens <= parts.output_tokens
    assert 0 <= parts.audio_input_tokens <= parts.input_tokens
    assert parts.total == parts.input_tokens + parts.output_tokens


texts = st.text(max_size=40)
bodies = st.fixed_dictionaries(
    {
        "model": st.just("gpt-4o"),
        "messages": st.lists(
            st.fixed_dictionaries(
                {
                    "role": st.sampled_from(["user", "system", "tool"]),
                    "content": st.one_of(
                        texts, st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": texts}), max_size=3)
                    ),
                },
                optional={"name": texts},
            ),
            min_size=1,
            max_size=6,
        ),
    },
    optional={"tools": st.lists(st.dictionaries(texts, texts, max_size=3), max_size=2)},
)


def words(value: object) -> int:
    """The UTF-8 bytes of every text in a value: as many tokens as the worst tokenizer makes of them."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, Mapping):
        return sum(words(item) for item in value.values())
    return sum(words(item) for item in value) if isinstance(value, list) else 0


@given(bodies, st.booleans())
def test_the_estimate_is_never_below_the_worst_tokenizer_with_eight_tokens_around_each_message(
    body: dict[str, Any],
    ascii_only: bool,  # noqa: FBT001  drawn
) -> None:
    raw = json.dumps(body, ensure_ascii=ascii_only, separators=(",", ":")).encode()
    worst = words(body["messages"]) + words(body.get("tools", [])) + 8 * len(body["messages"]) + 100
    assert most_prompt_tokens(body, size=len(raw), model="gpt-4o") >= worst


def test_an_image_counts_by_its_bound_and_not_by_its_bytes() -> None:
    url = "data:image/png;base64," + "A" * 1_000_000
    part = {"type": "image_url", "image_url": {"url": url}}
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": [part]}]}
    asked = parse_chat(json.dumps(body).encode(), {})
    assert 5_000 < asked.prompt_bound < 6_000
    assert asked.prompt_bytes < 200
    mini = parse_chat(json.dumps(body | {"model": "gpt-4o-mini"}).encode(), {})
    assert mini.prompt_bound > 48_000


def test_fields_are_put_in_front_or_replaced_and_alfreds_own_taken_out() -> None:
    raw = b'{"model":"gpt-4o","stream":true,"stream_options":{"x":1},"messages":[{"role":"user"}],"alfred":{"tags":{}}}'
    asked = parse_chat(raw, {})
    sent = json.loads(asked.outgoing(default_cap=100, cap_field="max_completion_tokens"))
    assert sent == {
        "model": "gpt-4o",
        "stream": True,
        "stream_options": {"x": 1, "include_usage": True},
        "messages": [{"role": "user"}],
        "max_completion_tokens": 100,
    }
    plain = b'{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user"}]}'
    assert parse_chat(plain, {}).outgoing(default_cap=100, cap_field="max_tokens") is plain
