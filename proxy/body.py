"""Reading a request's body: whole, bounded in size and in time, and then as JSON that means one thing only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NoReturn

from aiohttp import web

from proxy.problems import Problem, Type, bad_value


async def read_body(request: web.Request, *, most: int, seconds: float) -> bytes:
    """The body. Raises Problem: 413 too large, 415 compressed, 408 too slow, 400 cut short."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(
            status=415,
            type=Type.INVALID_REQUEST,
            code="unsupported_encoding",
            message="Send the body uncompressed: Content-Encoding is not accepted on requests.",
            closes=True,
        )
    if request.content_length is not None and request.content_length > most:
        raise _too_large(most)
    if request.content.is_eof():  # it came with its headers, as small bodies do
        body = request.content.read_nowait()
        if len(body) > most:
            raise _too_large(most)
        return body
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, most)
    except TimeoutError:
        raise Problem(
            status=408,
            type=Type.INVALID_REQUEST,
            code="too_slow",
            message=f"The body did not arrive within {seconds:g} seconds.",
            closes=True,
        ) from None
    except (ConnectionError, web.RequestPayloadError):
        raise Problem(
            status=400,
            type=Type.INVALID_REQUEST,
            code="incomplete_body",
            message="The body ended too early.",
            closes=True,
        ) from None


def read_json(body: bytes) -> dict[str, Any]:
    """The body as an object. Raises Problem for anything that two readers could understand differently."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _no_json(f"The body is not UTF-8 (byte {error.start}).", code="invalid_utf8") from None
    try:
        content = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _no_json(f"The body is not JSON (line {error.lineno}, column {error.colno}).") from None
    except (ValueError, RecursionError):  # an integer of thousands of digits; nesting without end
        raise _no_json(
            "The body is not JSON that can be read: a number is too long or it is nested too deeply."
        ) from None
    if not isinstance(content, dict):
        raise _no_json("The body should be a JSON object.")
    return content


async def _read(request: web.Request, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(most: int) -> Problem:
    return Problem(
        status=413,
        type=Type.INVALID_REQUEST,
        code="body_too_large",
        message=f"The body is larger than {most:,} bytes.",
        closes=True,
    )


def _no_json(message: str, *, code: str = "invalid_json") -> Problem:
    return Problem(status=400, type=Type.INVALID_REQUEST, code=code, message=message)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        # The provider might read the other one: a call must not be paid by one value and served by the other.
        names = [name for name, _ in pairs]
        twice = next(name for name in content if names.count(name) > 1)
        raise bad_value(twice[:64], "This field stands twice in one object.")
    return content


def _no_constant(name: str) -> NoReturn:
    raise _no_json(f"{name} is not JSON.")
