"""`alfred chat`: a chat window in the terminal, straight on the configured database, or one that is played."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from alfred.cli.operator import Operator, opened
from alfred.data_folder import local_defaults
from alfred.dispatching import dispatcher_of
from alfred.ids import new_id
from alfred.settings import load_settings
from alfred.stop import Exit, Stop
from alfred.wiring import House, office_of, open_house
from bot.commands.office import Speaker
from bot.commands.say import say
from bot.commands.submit import Submitted, submit
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.chat import ask_at_keyboard
from bot.terminal.chat import chat as talk
from bot.terminal.received import Window
from core.directory.find_user import FindUser
from core.directory.people import PersonLine
from core.notify.in_app import IN_APP

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


async def active(operator: Operator, handle: str) -> PersonLine:
    """Somebody who is still here. Raises Stop, Refused."""
    person = await operator.ask(FindUser, text=handle)
    if not person.is_active:
        raise Stop(f"@{person.handle} has left.", code=Exit.REFUSED)
    return person


class Seat:
    """One person at a keyboard: what they say is answered, what arrives is in their window."""

    def __init__(self, house: House, person: PersonLine, *, organization_id: str) -> None:
        self._office = office_of(house)
        self._person = person
        self._organization_id = organization_id
        dispatcher = dispatcher_of(house)
        self.window = Window(
            self._office,
            organization_id=organization_id,
            user_id=person.id,
            deliver=lambda: dispatcher.work_off(IN_APP),
        )

    async def answer(self, text: str, command_id: str | None) -> Reply:
        """Say it; `command_id` is that of the button, where one was pressed."""
        return await say(text, self._speaker(command_id or new_id("say")), self._office)

    async def send_off(self, form: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        """Send off what was filled in."""
        submitted = Submitted(name=form.name, about=form.about, values=values)
        return await submit(submitted, speaker=self._speaker(form.command_id), office=self._office)

    def _speaker(self, command_id: str) -> Speaker:
        return Speaker(
            organization_id=self._organization_id,
            user_id=self._person.id,
            platform="terminal",
            command_id=command_id,
        )
