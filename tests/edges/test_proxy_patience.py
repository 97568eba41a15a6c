"""The watch over slow callers, on the event loop that the server really has."""

from __future__ import annotations

import asyncio

import uvloop
from aiohttp import web

from proxy.patience import Patience, PatientRunner

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def hello(_http: web.Request) -> web.Response:
    return web.Response(text="hello")


async def slow_and_quick_callers() -> tuple[bytes, bytes]:
    """What a caller hears who asks properly and then dawdles over a second request, and one who only dawdles."""
    app, patience = web.Application(), Patience(0.05, idle_seconds=0.05)
    app.middlewares.append(patience.middleware())
    app.router.add_get("/", hello)
    runner = PatientRunner(app, patience, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()

    async def hear(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(sent)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    heard = await asyncio.gather(hear(REQUEST + REQUEST[:9]), hear(REQUEST[:9]))
    await runner.cleanup()
    assert patience.connections == {}
    return heard[0], heard[1]


def test_who_dawdles_over_headers_is_cut_under_uvloop_too() -> None:
    first, second = uvloop.run(slow_and_quick_callers())
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 408 ")
