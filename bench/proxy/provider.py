"""A provider that costs almost nothing: fixed answers from a bare asyncio protocol."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import uvloop

USAGE = {
    "prompt_tokens": 24,
    "completion_tokens": 17,
    "total_tokens": 41,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
}
FRAME = {"id": "chatcmpl-B0123456789", "created": 1_750_000_000, "model": "gpt-4o-mini-2024-07-18"}
EVENTS = 20


def _json() -> bytes:
    text = "Hello! This is a fixed answer of a provider that exists only to measure what stands in front of it."
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = json.dumps(FRAME | {"object": "chat.completion", "choices": [choice], "usage": USAGE}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _chunk(content: dict[str, Any] | None) -> bytes:
    data = "[DONE]" if content is None else json.dumps(content)
    event = f"data: {data}\n\n".encode()
    return f"{len(event):x}\r\n".encode() + event + b"\r\n"


def _stream() -> list[bytes]:
    frame = FRAME | {"object": "chat.completion.chunk", "usage": None}
    deltas = [
        frame | {"choices": [{"index": 0, "delta": {"content": f" word{number:02}"}, "finish_reason": None}]}
        for number in range(EVENTS)
    ]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    usage = frame | {"choices": [], "usage": USAGE}
    return [head, *map(_chunk, deltas), _chunk(usage), _chunk(None) + b"0\r\n\r\n"]


JSON, STREAM = _json(), _stream()


class Provider(asyncio.Protocol):
    """Answers each POST once its body is whole."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            if len(rest) < length:
                return
            body, self.buffer = rest[:length], rest[length:]
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        if b'"stream":true' not in body:
            self.transport.write(JSON)
            return
        for piece in STREAM:
            self.transport.write(piece)


async def main() -> None:
    """Serve until killed; the first line printed is the port."""
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
