"""The provider that needs no network: answers the same request with the same text, with believable usage."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from proxy.sse import event
from proxy.usage import BYTES_PER_TOKEN

CACHE_FROM: Final = 1_024
"""Prompt tokens from which a prefix counts as cached, in steps of 128, as OpenAI documents it."""
CACHE_STEP: Final = 128

MODELS: Final = ("gpt-4o", "gpt-4o-mini", "o3-mini")
"""What is listed where the settings name patterns only; models of the o family reason."""

CREATED: Final = 1_750_000_000
"""A fixed moment: the same request gets the same bytes."""

_OPENINGS: Final = (
    "Good question.",
    "Here is the short version.",
    "Certainly.",
    "Let me put it plainly.",
)
_SENTENCES: Final = (
    "This answer comes from the sandbox, so it is made up, but its credits are counted like any other's.",
    "Start with the smallest step that could work and measure what it does.",
    "Two things matter here: who owns the decision, and when it has to be made.",
    "If the figures disagree, trust the ledger and look for the missing posting.",
    "A good test says in one sentence what the product promises.",
    "Most of the cost lies in the part that is read again on every call.",
    "Ask one colleague to challenge the plan before you spend a week on it.",
    "Keep the interface small; what is not there cannot be misused.",
)


@dataclass(slots=True)
class SandboxAnswer:
    """An answer made here."""

    pieces: Sequence[bytes]
    content_type: str
    pause: Callable[[], Awaitable[None]]
    status: int = 200
    retry_after: str | None = None

    async def read(self, *, most: int) -> bytes:
        """The whole body."""
        return b"".join(self.pieces)[:most]

    async def chunks(self) -> AsyncIterator[bytes]:
        """Piece by piece, with a pause before each."""
        for piece in self.pieces:
            await self.pause()
            yield piece

    def close(self) -> None:
        """Nothing is held."""


class Sandbox:
    """`pause` is awaited before each piece of a stream, so that a demo looks like a model that writes."""

    catalogue_name: Final = None
    cap_field: Final = "max_tokens"
    state: Final = "up"

    def __init__(self, *, name: str, patterns: Sequence[str], pause: Callable[[], Awaitable[None]]) -> None:
        self.name: Final = name
        self.patterns: Final = patterns
        self._pause: Final = pause

    async def complete(self, body: bytes) -> SandboxAnswer:
        """Answer."""
        asked: dict[str, Any] = json.loads(body)
        made = _Made.for_request(asked, seed=zlib.crc32(body))
        if not asked.get("stream"):
            return SandboxAnswer((made.completion(),), "application/json", self._pause)
        wants_usage = bool((asked.get("stream_options") or {}).get("include_usage"))
        return SandboxAnswer(tuple(made.events(wants_usage=wants_usage)), "text/event-stream", self._pause)

    async def models(self) -> Mapping[str, str]:
        """The usual names."""
        return dict.fromkeys(MODELS, "sandbox")


@dataclass(frozen=True, slots=True)
class _Made:
    """What the sandbox has decided to say."""

    id: str
    model: str
    words: tuple[str, ...]
    choices: int
    was_cut: bool
    usage: Mapping[str, Any]

    @classmethod
    def for_request(cls, asked: Mapping[str, Any], *, seed: int) -> _Made:
        model, choices = str(asked["model"]), int(asked.get("n") or 1)
        cap = int(asked.get("max_completion_tokens") or asked.get("max_tokens") or 10**6)
        reasoning = min(cap - 1, 64 + seed % 192) if model.startswith(("o1", "o3", "o4")) else 0
        words = _text(seed).split(" ")
        said = tuple(words[: max(1, cap - reasoning)])
        prompt = _tokens(json.dumps(asked["messages"], ensure_ascii=False))
        cached = prompt // 2 // CACHE_STEP * CACHE_STEP if prompt >= CACHE_FROM else 0
        completion = (len(said) + reasoning) * choices
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": reasoning * choices, "audio_tokens": 0},
        }
        return cls(f"chatcmpl-sandbox-{seed:08x}", model, said, choices, len(said) < len(words), usage)

    def completion(self) -> bytes:
        message = {"role": "assistant", "content": " ".join(self.words), "refusal": None}
        choices = [
            {"index": index, "message": message, "logprobs": None, "finish_reason": self._finish}
            for index in range(self.choices)
        ]
        return json.dumps(self._frame("chat.completion", choices) | {"usage": self.usage}).encode()

    def events(self, *, wants_usage: bool) -> list[bytes]:
        deltas: list[Mapping[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": word if number == 0 else f" {word}"} for number, word in enumerate(self.words)]
        events = [self._chunk(delta, finish=None) for delta in deltas]
        events.append(self._chunk({}, finish=self._finish))
        if wants_usage:
            events.append(event(self._frame("chat.completion.chunk", []) | {"usage": self.usage}))
        return [*events, b"data: [DONE]\n\n"]

    @property
    def _finish(self) -> str:
        return "length" if self.was_cut else "stop"

    def _chunk(self, delta: Mapping[str, Any], *, finish: str | None) -> bytes:
        choices = [
            {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish} for index in range(self.choices)
        ]
        return event(self._frame("chat.completion.chunk", choices))

    def _frame(self, kind: str, choices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": CREATED, "model": self.model, "choices": choices}


def _text(seed: int) -> str:
    chosen = [_SENTENCES[(seed >> shift) % len(_SENTENCES)] for shift in (3, 7, 13)]
    return " ".join([_OPENINGS[seed % len(_OPENINGS)], *dict.fromkeys(chosen)])


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)
