"""A chat completion as it is asked for: parsed once, checked where that decides what is paid, else forwarded as is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from proxy.attribution import BODY_FIELD, Attribution, read_attribution
from proxy.body import read_json
from proxy.estimate import most_prompt_tokens, text_bytes
from proxy.problems import bad_value

LONGEST_MODEL: Final = 200
MOST_CHOICES: Final = 128
MOST_OUTPUT: Final = 10_000_000
"""Tokens; far above any model."""

NOT_YOURS: Final = frozenset(
    {"api_base", "api_key", "api_type", "api_version", "base_url", "custom_llm_provider", "user_config"}
)
"""Fields by which some gateways let a caller choose the provider's address or key. Here nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One chat completion. `output_cap` is the caller's own, per choice; `prompt_bound` is in tokens."""

    model: str
    is_stream: bool
    wants_usage: bool
    choices: int
    output_cap: int | None
    prompt_bound: int
    prompt_bytes: int
    attribution: Attribution
    raw: bytes
    body: Mapping[str, Any]

    def outgoing(self, *, default_cap: int, cap_field: str) -> bytes:
        """The body for the provider: what came, with the cap and the wish for usage that we add."""
        added: dict[str, Any] = {}
        if self.output_cap is None:
            added[cap_field] = default_cap
        if self.is_stream and not self.wants_usage:
            added["stream_options"] = {**(self.body.get("stream_options") or {}), "include_usage": True}
        if BODY_FIELD not in self.body and added.keys().isdisjoint(self.body):
            return _with(self.raw, added)
        changed = {name: value for name, value in self.body.items() if name != BODY_FIELD} | added
        return json.dumps(changed, separators=(",", ":")).encode()


def parse_chat(raw: bytes, headers: Mapping[str, str]) -> ChatRequest:
    """Read a request. Raises Problem with the field that is wrong."""
    body = read_json(raw)
    forbidden = NOT_YOURS.intersection(body)
    if forbidden:
        raise bad_value(min(forbidden), "Callers cannot choose the provider's address or key.")
    model = body.get("model")
    if not isinstance(model, str) or not 0 < len(model) <= LONGEST_MODEL or not model.isprintable():
        raise bad_value("model", f"model should be a model's name, at most {LONGEST_MODEL} characters.")
    _check_messages(body.get("messages"))
    options = body.get("stream_options")
    if options is not None and not isinstance(options, dict):
        raise bad_value("stream_options", "stream_options should be an object.")
    caps = [_count(body, name, most=MOST_OUTPUT) for name in ("max_completion_tokens", "max_tokens")]
    return ChatRequest(
        model=model,
        is_stream=_flag(body.get("stream"), "stream"),
        wants_usage=_flag((options or {}).get("include_usage"), "stream_options.include_usage"),
        choices=_count(body, "n", most=MOST_CHOICES) or 1,
        output_cap=max((cap for cap in caps if cap is not None), default=None),
        prompt_bound=most_prompt_tokens(body, size=len(raw), model=model),
        prompt_bytes=text_bytes(body, size=len(raw)),
        attribution=read_attribution(headers, body.get(BODY_FIELD)),
        raw=raw,
        body=body,
    )


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise bad_value("messages", "messages should be a list with at least one message.")
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise bad_value(f"messages[{number}]", "A message should be an object with a role.")


def _flag(value: object, param: str) -> bool:
    if value is not None and not isinstance(value, bool):
        raise bad_value(param, f"{param} should be true or false.")
    return bool(value)


def _count(body: Mapping[str, Any], name: str, *, most: int) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise bad_value(name, f"{name} should be a whole number from 1 to {most:,}.")
    return value


def _with(raw: bytes, added: Mapping[str, Any]) -> bytes:
    """The object with fields put in front, byte for byte as it came otherwise. It has other fields: a model."""
    if not added:
        return raw
    start = raw.index(b"{") + 1
    fields = json.dumps(added, separators=(",", ":"))[1:-1].encode()
    return raw[:start] + fields + b"," + raw[start:]
