"""Reading what comes from whom nobody knows yet: bounded in size and in time, and never unpacked."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

SECONDS: Final = 10.0
"""How long a body may be on its way. No platform waits that long for our answer to it."""


class NotTaken(Exception):
    """The body is not read to its end; `status` is what its sender hears."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status: Final = status
        self.why: Final = why


async def whole_body(request: web.Request, *, most: int, seconds: float = SECONDS) -> bytes:
    """The body. Raises NotTaken: 413 too large, 415 packed, 408 too slow, 400 cut short."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotTaken(415, "packed")  # a kilobyte may hold a gigabyte
    if (request.content_length or 0) > most:
        raise NotTaken(413, "too large")
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, most)
    except TimeoutError:
        raise NotTaken(408, "too slow") from None
    except (ConnectionError, web.RequestPayloadError):
        raise NotTaken(400, "cut short") from None


async def _read(request: web.Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            raise NotTaken(413, "too large")
    return bytes(body)
