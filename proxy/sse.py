"""Server-sent events as they pass: usage is read, the usage event hidden when nobody asked for it, the rest untouched.

Only whole events are passed on, and each as soon as it is whole, so borders between network chunks, also inside a
character, do not matter. Format: WHATWG HTML, "Server-sent events"; OpenAI ends a stream with `data: [DONE]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

LONGEST_EVENT: Final = 1024 * 1024
"""Bytes; what is longer passes on in pieces, unread."""

_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_TELLING: Final = re.compile(rb'"usage"\s*:\s*\{|\[DONE\]|"error"\s*:')
_TEXT: Final = re.compile(
    rb'"(?:content|reasoning_content|reasoning|refusal|arguments)"\s*:\s*"((?:[^"\\]|\\.)+)"', re.DOTALL
)


class Tap:
    """Sits in one stream. `usage`, `has_ended` and `has_failed` say what has passed so far."""

    def __init__(self, *, hides_usage: bool) -> None:
        self._hides_usage: Final = hides_usage
        self._tail = b""
        self.usage: Mapping[str, Any] | None = None
        self.has_ended = False
        self.has_failed = False
        self.end = b""
        """The `[DONE]` event, kept back so that whoever sees it finds the call settled."""
        self.output_bytes = 0
        self.output_events = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take what arrived; return what may go on now."""
        data = self._tail + chunk if self._tail else chunk
        if data.endswith(b"\n\n"):
            self._tail = b""
            return self._pass(data)
        border = max((data.rfind(end) + len(end) for end in (b"\n\n", b"\r\n\r\n", b"\r\r") if end in data), default=0)
        whole, self._tail = data[:border], data[border:]
        if len(self._tail) > LONGEST_EVENT:
            self._tail = b""
            return self._pass(whole) + data[border:]
        return self._pass(whole) if whole else b""

    def flush(self) -> bytes:
        """The end of the stream: what is left passes as an event, for some servers leave out the last empty line."""
        rest, self._tail = self._tail, b""
        return self._pass(rest) if rest else b""

    def _pass(self, events: bytes) -> bytes:
        texts = _TEXT.findall(events)
        self.output_events += len(texts)
        self.output_bytes += sum(map(len, texts))
        if _TELLING.search(events) is None:
            return events
        return b"".join(event for event in _split(events) if not self._keeps(event))

    def _keeps(self, event: bytes) -> bool:
        """Read one event that may tell something; whether it stays here."""
        data = _data_of(event)
        if data == b"[DONE]":
            self.has_ended = True
            self.end = event
            return True
        content = _json(data)
        if isinstance(content.get("error"), Mapping):
            self.has_failed = True
        usage = content.get("usage")
        if not isinstance(usage, Mapping):
            return False
        self.usage = usage
        return self._hides_usage and content.get("choices") == []


def comment(facts: Mapping[str, str]) -> bytes:
    """Facts as one comment block, which every reader of events skips."""
    return "".join(f": {name}: {value}\n" for name, value in facts.items()).encode() + b"\n"


def event(content: Mapping[str, Any]) -> bytes:
    """One event."""
    return b"data: " + json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def _split(events: bytes) -> Iterator[bytes]:
    start = 0
    for end in _END.finditer(events):
        yield events[start : end.end()]
        start = end.end()
    if start < len(events):
        yield events[start:]


def _data_of(event: bytes) -> bytes:
    lines = (line.removeprefix(b"data:").strip() for line in event.splitlines() if line.startswith(b"data:"))
    return b"\n".join(lines)


def _json(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
