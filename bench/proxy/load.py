"""A load client that is not the bottleneck: keep-alive connections, each with one request after another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

JSON_BODY = b'{"model":"gpt-4o-mini","max_tokens":256,"messages":[{"role":"user","content":"Say hello to the bench."}]}'
STREAM_BODY = JSON_BODY.replace(b'"max_tokens"', b'"stream":true,"stream_options":{"include_usage":true},"max_tokens"')


def request_bytes(port: int, *, key: str, is_stream: bool) -> bytes:
    """One whole request."""
    body = STREAM_BODY if is_stream else JSON_BODY
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class Tally:
    """Seconds to the whole answer and to its first event, of every request; and how many were no 200."""

    whole: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    errors: int = 0
    wall: float = 0.0


class _Caller(asyncio.Protocol):
    def __init__(self, request: bytes, tally: Tally, *, until: float) -> None:
        self.request, self.tally, self.until = request, tally, until
        self.done = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.is_first = True
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self.tally.errors += 1
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.is_first and b"\r\n\r\n" in self.buffer and not self.buffer.endswith(b"\r\n\r\n"):
            self.is_first = False
            self.tally.first.append(time.perf_counter() - self.began)
        if _is_whole(self.buffer):
            self._note()

    def _ask(self) -> None:
        self.buffer, self.is_first, self.began = b"", True, time.perf_counter()
        self.transport.write(self.request)

    def _note(self) -> None:
        now = time.perf_counter()
        self.tally.whole.append(now - self.began)
        self.tally.errors += not self.buffer.startswith(b"HTTP/1.1 200")
        if now < self.until:
            self._ask()
            return
        self.done.set_result(None)
        self.transport.close()


def _is_whole(buffer: bytes) -> bool:
    head, end, body = buffer.partition(b"\r\n\r\n")
    if not end:
        return False
    length = head.lower().partition(b"content-length:")[2]
    return len(body) >= int(length.split(b"\r\n", 1)[0]) if length else body.endswith(b"0\r\n\r\n")


async def run(port: int, *, keys: Sequence[str], connections: int, seconds: float, is_stream: bool) -> Tally:
    """Load a server; the connections share the keys in turn."""
    loop, tally = asyncio.get_running_loop(), Tally()
    began = time.perf_counter()
    callers = []
    for number in range(connections):
        request = request_bytes(port, key=keys[number % len(keys)], is_stream=is_stream)
        _, caller = await loop.create_connection(
            partial(_Caller, request, tally, until=began + seconds), "127.0.0.1", port
        )
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))
    tally.wall = time.perf_counter() - began
    return tally
