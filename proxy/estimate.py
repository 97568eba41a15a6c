"""How many tokens a prompt can be at most, without a tokenizer.

A token of text stands for at least one byte of UTF-8 in every tokenizer that providers use (byte-level BPE, or
SentencePiece with byte fallback), and JSON spends at least as many bytes on a text as UTF-8 does. So the size of the
body bounds its texts; the syntax around a message ({"role":"user","content":""}, 29 bytes) bounds what a chat template
adds to it. Media are no text: their bytes are taken out and a bound per piece put in.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any, Final

TEMPLATE_TOKENS: Final = 128
"""What a provider puts around the whole conversation: start, end, a hidden line about itself and the date."""
TOOL_TEMPLATE_TOKENS: Final = 600
"""The hidden explanation of tool use, where tools are given; Anthropic documents 159 to 530."""

IMAGE_TOKENS: Final = 5_000
"""An image at the highest detail: OpenAI up to 3,800, Anthropic up to 4,784, Gemini below."""
IMAGE_TOKENS_OF: Final[Mapping[str, int]] = {"gpt-4o-mini*": 48_200}
"""OpenAI counts 5,667 a tile there, and 2,833: eight tiles."""
AUDIO_CHARACTERS_PER_TOKEN: Final = 32
"""Of base64: 8 kbit/s is the least that speech is sent with, and 32 tokens a second the most that is counted."""
FILE_TOKENS: Final = 200_000
"""A document's pages cannot be told from its bytes; this is what most models read at all."""

MEDIA: Final = {"image_url": "url", "input_audio": "data", "file": "file_data", "video_url": "url", "audio_url": "url"}
"""Kinds of content parts that stand for more than their text, and the field of each that holds the data."""


def most_prompt_tokens(body: Mapping[str, Any], *, size: int, model: str) -> int:
    """An upper bound on the prompt's tokens; `size` is the body's bytes as they came."""
    bound = size + TEMPLATE_TOKENS
    if body.get("tools") or body.get("functions"):
        bound += TOOL_TEMPLATE_TOKENS
    for part in _media(body):
        bound += _media_bound(part, model)
    return bound


def text_bytes(body: Mapping[str, Any], *, size: int) -> int:
    """The body's bytes without media: what a fair guess at the prompt's tokens goes by."""
    return max(0, size - sum(_media_bytes(part) for part in _media(body)))


def _media(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every content part that is more than the text which stands there."""
    for message in body["messages"]:
        content = message.get("content")
        if isinstance(content, list):
            yield from (part for part in content if isinstance(part, dict) and part.get("type") in MEDIA)


def _media_bound(part: Mapping[str, Any], model: str) -> int:
    kind, data = part["type"], _media_bytes(part)
    if kind == "image_url":
        return _image_tokens(model) - data
    if kind == "input_audio":
        return data // AUDIO_CHARACTERS_PER_TOKEN + 1 - data
    return FILE_TOKENS - data


def _image_tokens(model: str) -> int:
    return next((most for names, most in IMAGE_TOKENS_OF.items() if fnmatch.fnmatchcase(model, names)), IMAGE_TOKENS)


def _media_bytes(part: Mapping[str, Any]) -> int:
    """The bytes of the data itself, which are base64: as many in JSON as here."""
    kind: str = part["type"]
    holder = part.get(kind)
    data = holder.get(MEDIA[kind]) if isinstance(holder, dict) else None
    return len(data) if isinstance(data, str) and data.isascii() else 0
