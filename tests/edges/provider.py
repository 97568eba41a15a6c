"""A provider for tests: a real HTTP server on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

USAGE: Final = {
    "prompt_tokens": 24,
    "completion_tokens": 17,
    "total_tokens": 41,
    "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 5, "audio_tokens": 0},
}

WORDS: Final = ("Guten", " Tag", ", Zürich", " 🚀", " – fertig", ".")


@dataclass(frozen=True, slots=True)
class Received:
    """One request as the provider saw it."""

    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """As JSON."""
        content: dict[str, Any] = json.loads(self.raw)
        return content


Script = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Provider:
    """Set `script` to have it answer otherwise than well."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    script: Script | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, http: web.Request) -> web.StreamResponse:
        """Remember and answer."""
        received = Received(http.path, dict(http.headers), await http.read())
        self.received.append(received)
        self.reached.set()
        if self.script is not None:
            return await self.script(http)
        if received.body.get("stream"):
            wants = bool((received.body.get("stream_options") or {}).get("include_usage"))
            return await send(http, events(wants_usage=wants))
        return web.json_response(completion())

    async def waiting(self, http: web.Request) -> web.StreamResponse:
        """A script: the whole answer, but only once the test lets it go on."""
        await self.go_on.wait()
        return web.json_response(completion())

    async def listed(self, _http: web.Request) -> web.Response:
        """Its models."""
        models = [{"id": name, "object": "model", "owned_by": "provider"} for name in ("gpt-4o-mini", "whisper-1")]
        return web.json_response({"object": "list", "data": models})


def saying(content: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Script:
    """A script: always this JSON."""

    async def say(_http: web.Request) -> web.StreamResponse:
        return web.json_response(content, status=status, headers=headers)

    return say


def completion(text: str = "Guten Tag", *, usage: object = USAGE) -> dict[str, Any]:
    """A whole answer."""
    message = {"role": "assistant", "content": text}
    content = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_750_000_000,
        "model": "gpt-4o-mini",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    return content if usage is None else content | {"usage": usage}


def events(words: Sequence[str] = WORDS, *, wants_usage: bool, ends: bool = True) -> list[bytes]:
    """A streamed answer, event by event."""
    frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_750_000_000, "model": "gpt-4o-mini"}
    made = [frame | {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]} for word in words]
    if ends:
        made.append(frame | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if wants_usage:
        made.append(frame | {"choices": [], "usage": USAGE})
    done = [b"data: [DONE]\n\n"] if ends else []
    return [b"data: " + json.dumps(one, ensure_ascii=False).encode() + b"\n\n" for one in made] + done


async def send(http: web.Request, pieces: Sequence[bytes], *, breaks_off: bool = False) -> web.StreamResponse:
    """Send pieces as a stream; a stream that breaks off loses its connection before its end."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(http)
    for piece in pieces:
        await response.write(piece)
    if breaks_off:
        assert http.transport is not None
        http.transport.close()
    return response


async def send_slowly(response: web.StreamResponse, pieces: Iterable[bytes]) -> None:
    """Send on, and let everybody else run in between."""
    for piece in pieces:
        await response.write(piece)
        await asyncio.sleep(0)


@asynccontextmanager
async def open_provider() -> AsyncIterator[Provider]:
    """Start it on a free port."""
    provider = Provider()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes([web.post("/v1/chat/completions", provider.answer), web.get("/v1/models", provider.listed)])
    runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.url = f"http://127.0.0.1:{site.port}/v1"
    try:
        yield provider
    finally:
        provider.go_on.set()
        await runner.cleanup()
