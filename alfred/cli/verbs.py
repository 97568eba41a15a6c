"""`alfred balance`, `alfred send …`: what a person says, sent to a server, and the answer drawn in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated, Any, Final

import aiohttp
import typer
from pydantic import ValidationError

from alfred.cli.printing import console
from alfred.cli.reaching import Server, the_server
from alfred.stop import Exit, Stop
from bot.replies.reply import Reply, Tone

TAKES_ANYTHING: Final = {"ignore_unknown_options": True, "allow_interspersed_args": True, "help_option_names": []}
PATIENCE: Final = aiohttp.ClientTimeout(total=30, connect=5)


def say(
    words: Annotated[list[str], typer.Argument()],
    *,
    json_: Annotated[bool, typer.Option("--json", help="Print the reply as JSON.")] = False,
) -> None:
    """Say something to Alfred."""
    reply = asyncio.run(_said(as_text(words), server=the_server()))
    if json_:
        sys.stdout.write(json.dumps(reply.to_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        console().print(reply.in_words())
    if reply.tone is not Tone.OK:
        raise typer.Exit(Exit.REFUSED)


def as_text(words: list[str]) -> str:
    """What a person would type in chat; `--help` asks about the verb."""
    if {"--help", "-h"} & set(words):
        return f"help {words[0]}"
    return " ".join(words)


async def _said(text: str, *, server: Server) -> Reply:
    status, body = await _posted({"text": text}, server=server)
    try:
        return Reply.from_json(body)
    except ValidationError:
        error = body.get("error") if isinstance(body, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        code = Exit.UNREACHABLE if status >= 500 else Exit.REFUSED  # noqa: PLR2004
        raise Stop(message or f"{server.url} answered {status}; is it Alfred?", code=code) from None


async def _posted(said: dict[str, Any], *, server: Server) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {server.key}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, headers=headers) as session,
            session.post(f"{server.url}/v1/alfred/say", json=said, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError) as error:
        line = f"{server.url} cannot be reached. Is the server running? ALFRED_URL names another."
        raise Stop(line, code=Exit.UNREACHABLE) from error
    except ValueError:
        raise Stop(f"{server.url} answered something else; is it Alfred?", code=Exit.UNREACHABLE) from None
