"""`POST /slack/events`: what stands in front of Bolt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from bot.bodies import NotTaken, whole_body
from bot.slack.incoming import Incoming
from bot.slack.signature import is_from_slack

LARGEST_BODY: Final = 1024 * 1024
"""Bytes. Slack's largest payloads, views, stay below 250 KB."""


class Endpoint:
    """Refuses what is not Slack's with 401, what is no request with 400, what `bodies` does not take as it says."""

    def __init__(self, incoming: Incoming, *, signing_secret: str, now: Callable[[], datetime]) -> None:
        self._incoming: Final = incoming
        self._secret: Final = signing_secret
        self._now: Final = now

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        try:
            body = await whole_body(request, most=LARGEST_BODY)
        except NotTaken as no:
            return _closing(_no(no.status, no.why))
        if not self._is_signed(request, body):
            # Slack asks whether our certificate works; nothing is read and nothing is done.
            return web.Response() if _is_ssl_check(request, body) else _no(401, "invalid signature")
        payload = _parsed(body, request.content_type)
        if payload is None:
            return _no(400, "malformed body")
        return await to_aiohttp_response(await self._incoming.take(payload))

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        return is_from_slack(
            body,
            timestamp=request.headers.get("X-Slack-Request-Timestamp", ""),
            signature=request.headers.get("X-Slack-Signature", ""),
            secret=self._secret,
            now=self._now(),
        )


def _no(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)


def _closing(answer: web.Response) -> web.Response:
    """The rest of the body is not waited for."""
    answer.force_close()
    return answer


def _is_ssl_check(request: web.Request, body: bytes) -> bool:
    return request.content_type == "application/x-www-form-urlencoded" and b"ssl_check=1" in body.split(b"&")


def _parsed(body: bytes, content_type: str) -> dict[str, Any] | None:
    """A JSON object, a form, or the JSON object in a form's `payload`; None when it is none of these."""
    try:
        text = body.decode("utf-8")
        if content_type == "application/json":
            return _object(text)
        form = dict(parse_qsl(text, keep_blank_values=True))
        return _object(form["payload"]) if "payload" in form else form or None
    except (ValueError, RecursionError):
        return None


def _object(text: str) -> dict[str, Any] | None:
    value = json.loads(text)
    return value if isinstance(value, dict) else None
