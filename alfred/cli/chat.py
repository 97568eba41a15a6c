"""`alfred chat`: a chat window in the terminal, straight on the configured database, or one that is played."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from alfred.cli.operator import opened
from alfred.cli.seat import Seat, active
from alfred.data_folder import local_defaults
from alfred.settings import load_settings
from alfred.stop import Stop
from alfred.wiring import open_house
from bot.terminal.chat import ask_at_keyboard
from bot.terminal.chat import chat as talk

HELP_SCRIPT = "Play a conversation and check what everybody is told; - reads standard input. See docs/chat-scripts.md."


def chat(
    *,
    as_: Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who you are: a handle.")] = None,
    script: Annotated[Path | None, typer.Option("--script", metavar="FILE", allow_dash=True, help=HELP_SCRIPT)] = None,
    org: Annotated[str | None, typer.Option("--org", help="The organization, when there are several.")] = None,
) -> None:
    """Talk to Alfred as somebody, without Slack or Teams; or play a conversation of several people.

    A script has one line for each thing that happens:

        -- A gift that was meant for somebody else.
        alice> send @bob 10k for the demo
        alice< 10,000 tokens to @bob: sent.
        bob< 10,000 tokens from @alice
        alice> [Undo]
        advance 7d

    alice> is said or pressed, alice< is (a part of) what she must have read since.
    The first line that is not as expected ends it with exit code 1.
    """
    if (as_ is None) == (script is None):
        raise Stop("Say who you are with --as, or what to play with --script.")
    if script is not None:
        from alfred.cli.chat_script import play_file  # noqa: PLC0415  who talks themselves needs none of it

        asyncio.run(play_file(script, organization=org))
    elif as_ is not None:
        asyncio.run(_chat(as_, organization=org))


async def _chat(handle: str, *, organization: str | None) -> None:
    async with opened(organization) as operator:
        person = await active(operator, handle)
    async with open_house(load_settings(defaults=local_defaults())) as house:
        seat = Seat(house, person, organization_id=operator.organization_id)
        await talk(
            seat.answer,
            submit=seat.send_off,
            console=Console(highlight=False),
            name=person.handle,
            read_line=ask_at_keyboard,
            news=seat.window.news,
        )
