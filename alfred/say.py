"""POST /v1/alfred/say: the chat verbs for terminals and other clients, `{"text": "send @bob 10k"}` to a Reply as JSON.

A reply may carry a form: `{"form": {"name": "send", "about": "", "values": {"amount": "10k", …}}, "id": …}` sends it
off. What cannot stay as it was filled in is a Reply, too, with the sentences by field under `mistakes`.

A repeated `Idempotency-Key` (or `id`, as a reply's actions and forms carry it) is the same command.
"""

from __future__ import annotations

import json
from typing import Any, Final

from aiohttp import web

from alfred.ids import new_id
from alfred.origins import origin_of
from alfred.wiring import House
from bot.commands.office import Office, Speaker
from bot.commands.say import say
from bot.commands.submit import Submitted, submit
from bot.replies.form import Mistakes
from bot.replies.reply import Reply, Tone
from core.engine import LONGEST_ID
from proxy.authenticate import authenticate
from proxy.body import read_body, read_json
from proxy.errors import Handler
from proxy.problems import bad_value

MOST_BYTES: Final = 64 * 1024
LONGEST_TEXT: Final = 4_000
LONGEST_NAME: Final = 100
FIELDS: Final = frozenset({"text", "form", "id"})
FORM_FIELDS: Final = frozenset({"name", "about", "values"})
MOST_VALUES: Final = 100


def saying(house: House, office: Office) -> Handler:
    """The handler."""

    async def handle(http: web.Request) -> web.Response:
        principal = await authenticate(http.headers, house.principals, now=house.clock.now())
        body = await read_body(http, most=MOST_BYTES, seconds=house.settings.limits.request_timeout_seconds)
        said, command_id = _said(read_json(body), http.headers.get("Idempotency-Key"))
        speaker = Speaker(
            organization_id=principal.organization_id,
            user_id=principal.user_id,
            platform="terminal",
            command_id=command_id,
            origin=origin_of(http, trusted=house.settings.trusted_proxies),
        )
        if isinstance(said, Submitted):
            return _answer(await submit(said, speaker=speaker, office=office))
        return _answer(await say(said, speaker, office))

    return handle


def _said(content: dict[str, Any], key: str | None) -> tuple[str | Submitted, str]:
    """The text or the form, and the command's id. Raises Problem."""
    _check_names(content, FIELDS)
    given = content.get("id", key)
    said = _text(content.get("text")) if "form" not in content else _form(content)
    if given is None:
        return said, new_id("say")
    return said, _short(given, "id", most=LONGEST_ID)


def _text(text: object) -> str:
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT:
        raise bad_value("text", f"It should be what you say to Alfred: 1 to {LONGEST_TEXT:,} characters.")
    return text


def _form(content: dict[str, Any]) -> Submitted:
    """What was filled in; which fields there are, the form itself says."""
    if "text" in content:
        raise bad_value("text", "Either a text or a form; this is both.")
    form = content["form"]
    if not isinstance(form, dict):
        raise bad_value("form", "It should be an object: the name of a form, and values by field.")
    _check_names(form, FORM_FIELDS)
    values = form.get("values")
    if not isinstance(values, dict) or len(values) > MOST_VALUES:
        raise bad_value("values", f"It should be an object of at most {MOST_VALUES} texts by field.")
    if not all(isinstance(value, str) for value in values.values()):
        raise bad_value("values", "Every value should be a text; an empty one leaves its field empty.")
    about = form.get("about", "")
    return Submitted(
        name=_short(form.get("name"), "name", most=LONGEST_NAME),
        about=about if about == "" else _short(about, "about", most=LONGEST_TEXT),
        values=values,
    )


def _check_names(given: dict[str, Any], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise bad_value(name[:64], "This field is not known here.")


def _short(given: object, name: str, *, most: int) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= most:
        raise bad_value(name, f"It should be text of 1 to {most} characters.")
    return given


def _answer(outcome: Reply | Mistakes) -> web.Response:
    if isinstance(outcome, Mistakes):
        return _json(_mistaken(outcome).to_json() | {"mistakes": dict(outcome.by_field)}, status=200)
    return _json(outcome.to_json(), status=503 if outcome.tone is Tone.ERROR else 200)


def _mistaken(mistakes: Mistakes) -> Reply:
    return Reply(
        title="That cannot stay as it was filled in.",
        lines=tuple(mistakes.by_field.values()),
        tone=Tone.REFUSED,
        code="mistakes",
    )


def _json(content: dict[str, Any], *, status: int) -> web.Response:
    body = json.dumps(content, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json")
