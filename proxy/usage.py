"""What a provider says a call used, in one meaning: parts that sum to the total.

Providers differ in whether cached tokens are part of the prompt and reasoning part of the completion. OpenAI counts
both inside; some count reasoning beside the completion and only the total tells (Gemini, xAI). So: what the total has
beyond prompt and completion is output, and a part larger than its whole was counted beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.pricing.price import Parts

MOST_TOKENS: Final = 10**12
"""Far above any call: a larger figure is no figure."""
BYTES_PER_TOKEN: Final = 4
"""English text and code; used only where a provider gave no usage, and then the call is marked as estimated."""


def parts_of(usage: object) -> Parts | None:
    """The token parts of an OpenAI-shaped `usage`; None when it is missing or not to be understood."""
    if not isinstance(usage, Mapping):
        return None
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens", 0))
    if prompt is None or completion is None:
        return None
    details, output_details = _details(usage, "prompt"), _details(usage, "completion")
    cached = _part(details, "cached_tokens") or _part(usage, "prompt_cache_hit_tokens")
    reasoning = _part(output_details, "reasoning_tokens")
    beyond = max(0, _part(usage, "total_tokens") - prompt - completion)
    if reasoning > completion and not beyond:
        beyond = reasoning
    output = completion + beyond
    entry = prompt if cached <= prompt else prompt + cached
    return Parts(
        input_tokens=entry,
        cached_tokens=cached,
        output_tokens=output,
        reasoning_tokens=min(output, max(reasoning, beyond)),
        audio_input_tokens=min(entry, _part(details, "audio_tokens")),
        audio_output_tokens=min(output, _part(output_details, "audio_tokens")),
    )


def likely_parts(*, prompt_bytes: int, output_bytes: int, output_events: int = 0) -> Parts:
    """A fair guess from what was seen: bytes of text, and events, each of which carries at least one token."""
    return Parts(
        input_tokens=_tokens(prompt_bytes),
        output_tokens=max(_tokens(output_bytes), output_events),
    )


def _tokens(size: int) -> int:
    return -(-size // BYTES_PER_TOKEN)


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if is_count and isinstance(value, int) else None


def _part(usage: Mapping[str, Any], name: str) -> int:
    return _count(usage.get(name)) or 0


def _details(usage: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    details = usage.get(f"{side}_tokens_details")
    return details if isinstance(details, Mapping) else {}
