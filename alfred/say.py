"""POST /v1/alfred/say: the chat verbs for terminals and other clients, `{"text": "send @bob 10k"}` to a Reply as JSON.

A repeated `Idempotency-Key` (or `id`, as a reply's action carries it) is the same command.
"""

from __future__ import annotations

import json
from typing import Any, Final

from aiohttp import web

from alfred.ids import new_id
from alfred.wiring import House
from bot.commands.office import Office, Speaker
from bot.commands.say import say
from bot.replies.reply import Reply, Tone
from core.engine import LONGEST_ID
from proxy.authenticate import authenticate
from proxy.body import read_body, read_json
from proxy.errors import Handler
from proxy.problems import bad_value

MOST_BYTES: Final = 64 * 1024
LONGEST_TEXT: Final = 4_000
FIELDS: Final = frozenset({"text", "id"})


def saying(house: House, office: Office) -> Handler:
    """The handler."""

    async def handle(http: web.Request) -> web.Response:
        principal = await authenticate(http.headers, house.principals, now=house.clock.now())
        body = await read_body(http, most=MOST_BYTES, seconds=house.settings.limits.request_timeout_seconds)
        text, command_id = _said(read_json(body), http.headers.get("Idempotency-Key"))
        speaker = Speaker(
            organization_id=principal.organization_id,
            user_id=principal.user_id,
            platform="terminal",
            command_id=command_id,
        )
        return _answer(await say(text, speaker, office))

    return handle


def _said(content: dict[str, Any], key: str | None) -> tuple[str, str]:
    """The text and the command's id. Raises Problem."""
    for name in content:
        if name not in FIELDS:
            raise bad_value(name[:64], "This field is not known here.")
    text, given = content.get("text"), content.get("id", key)
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT:
        raise bad_value("text", f"It should be what you say to Alfred: 1 to {LONGEST_TEXT:,} characters.")
    if given is None:
        return text, new_id("say")
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_ID:
        raise bad_value("id", f"It should be text of 1 to {LONGEST_ID} characters.")
    return text, given


def _answer(reply: Reply) -> web.Response:
    status = 503 if reply.tone is Tone.ERROR else 200
    body = json.dumps(reply.to_json(), ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json")
