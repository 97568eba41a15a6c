"""Bodies that do not come, come in pieces, or never end, on a port of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.bodies import NotTaken, whole_body

HEAD = "POST / HTTP/1.1\r\nHost: alfred\r\n"


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Takes ten bytes, and waits a twentieth of a second for them."""

    async def take(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await whole_body(request, most=10, seconds=0.05))
        except NotTaken as no:
            return web.Response(status=no.status, text=no.why)

    app = web.Application()
    app.router.add_post("/", take)
    running = TestServer(app)
    async with running:
        yield running


async def _sent(server: TestServer, text: str) -> str:
    """The first line of what is answered, and its last."""
    assert server.port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(text.encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in answer.splitlines() if line.startswith("Content-Length")).partition(": ")[2]
    body = (await reader.readexactly(int(length))).decode()
    writer.close()
    return f"{answer.splitlines()[0].split()[1]} {body}"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (f"{HEAD}Content-Length: 5\r\n\r\nhello", "200 hello"),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", "200 helloworld"),
        (f"{HEAD}Content-Length: 5\r\n\r\nhell", "408 too slow"),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "408 too slow"),
        (f"{HEAD}Content-Length: 11\r\n\r\nhello", "413 too large"),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n6\r\nworld.\r\n", "413 too large"),
        (f"{HEAD}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "415 packed"),
    ],
)
async def test_a_body_is_taken_whole_in_time_and_unpacked_or_not_at_all(
    server: TestServer, text: str, answer: str
) -> None:
    assert await _sent(server, text) == answer
