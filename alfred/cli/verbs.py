"""`alfred balance`, `alfred send …`: what a person says, sent to a server, and the answer drawn in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from pydantic import ValidationError
from rich.console import Console

from alfred.called import command_name
from alfred.cli.reaching import Server, the_server
from alfred.stop import Exit, Stop
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.chat import ask_at_keyboard
from bot.terminal.exit_codes import exit_code
from bot.terminal.forms import fill_in
from bot.terminal.rendering import draw

PATIENCE_SECONDS: Final = 30
MOST_BYTES: Final = 1024 * 1024
OURS: Final = frozenset({"--json"})
ASKS_FOR_HELP: Final = frozenset({"--help", "-h"})


def run(words: Sequence[str]) -> int:
    """Say the words, print the answer, return the exit code. Raises Stop."""
    server = the_server()
    reply = _said(as_text(words), server=server)
    if reply.form is not None and "--json" not in words and sys.stdin.isatty():
        reply = asyncio.run(_filled_in(reply.form, server=server))
    if "--json" in words:
        sys.stdout.write(json.dumps(reply.to_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        draw(reply, Console(highlight=False), alfred=command_name())
    return exit_code(reply)


def as_text(words: Sequence[str]) -> str:
    """What a person would type in chat; `--help` asks about the verb."""
    if ASKS_FOR_HELP & set(words):
        return f"help {words[0]}"
    return " ".join(word for word in words if word not in OURS)


async def _filled_in(form: Form, *, server: Server) -> Reply:
    """Somebody at a keyboard is asked for one field after the other; a script is told how to say it in words."""

    async def send_off(drawn: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        sent = {"name": drawn.name, "about": drawn.about, "values": dict(values)}
        status, body = _posted({"form": sent, "id": drawn.command_id}, server=server)
        mistakes = body.get("mistakes") if isinstance(body, dict) else None
        return Mistakes(mistakes) if mistakes else _reply(status, body, server=server)

    return await fill_in(form, submit=send_off, console=Console(highlight=False), read_line=ask_at_keyboard)


def _said(text: str, *, server: Server) -> Reply:
    status, body = _posted({"text": text}, server=server)
    return _reply(status, body, server=server)


def _reply(status: int, body: Any, *, server: Server) -> Reply:  # noqa: ANN401  JSON has this type
    try:
        return Reply.from_json(body)
    except ValidationError:
        error = body.get("error") if isinstance(body, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        code = Exit.UNREACHABLE if status >= 500 or message is None else Exit.REFUSED  # noqa: PLR2004
        raise Stop(message or f"{server.url} answered {status}; is it Alfred?", code=code) from None


class _NoRedirects(HTTPRedirectHandler):
    """The key goes to the server that was named, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Leave the answer as it is."""


def _posted(said: Mapping[str, Any], *, server: Server) -> tuple[int, Any]:
    headers = {
        "Authorization": f"Bearer {server.key}",
        "Content-Type": "application/json",
        "User-Agent": "alfred (terminal)",
    }
    request = Request(f"{server.url}/v1/alfred/say", data=json.dumps(said).encode(), headers=headers)  # noqa: S310  the_server checks it
    opener = build_opener(ProxyHandler({}), _NoRedirects)
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, json.loads(answer.read(MOST_BYTES))
    except HTTPError as answer:
        return answer.code, _json_or_none(answer.read(MOST_BYTES))
    except (URLError, OSError, HTTPException) as error:
        line = f"{server.url} cannot be reached. Is the server running? ALFRED_URL names another."
        raise Stop(line, code=Exit.UNREACHABLE) from error
    except ValueError:
        raise Stop(f"{server.url} answered something else; is it Alfred?", code=Exit.UNREACHABLE) from None


def _json_or_none(body: bytes) -> Any:  # noqa: ANN401  JSON has this type
    try:
        return json.loads(body)
    except ValueError:
        return None
