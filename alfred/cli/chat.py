"""`alfred chat --as alice`: a chat window in the terminal, straight on the configured database."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from alfred.cli.operator import opened
from alfred.data_folder import local_defaults
from alfred.dispatching import dispatcher_of
from alfred.ids import new_id
from alfred.settings import load_settings
from alfred.stop import Exit, Stop
from alfred.wiring import office_of, open_house
from bot.commands.office import Speaker
from bot.commands.say import say
from bot.replies.reply import Reply
from bot.terminal.chat import ask_at_keyboard
from bot.terminal.chat import chat as talk
from bot.terminal.received import Window
from core.directory.find_user import FindUser
from core.directory.people import PersonLine
from core.notify.in_app import IN_APP


def chat(
    *,
    as_: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who you are: a handle.")],
    org: Annotated[str | None, typer.Option("--org", help="The organization, when there are several.")] = None,
) -> None:
    """Talk to Alfred as somebody, without Slack or Teams."""
    asyncio.run(_chat(as_, organization=org))


async def _chat(handle: str, *, organization: str | None) -> None:
    async with opened(organization) as operator:
        person: PersonLine = await operator.ask(FindUser, text=handle)
        organization_id = operator.organization_id
    if not person.is_active:
        raise Stop(f"@{person.handle} has left.", code=Exit.REFUSED)
    async with open_house(load_settings(defaults=local_defaults())) as house:
        office = office_of(house)

        async def answer(text: str, command_id: str | None) -> Reply:
            speaker = Speaker(
                organization_id=organization_id,
                user_id=person.id,
                platform="terminal",
                command_id=command_id or new_id("say"),
            )
            return await say(text, speaker, office)

        dispatcher = dispatcher_of(house)
        window = Window(
            office,
            organization_id=organization_id,
            user_id=person.id,
            deliver=lambda: dispatcher.work_off(IN_APP),
        )
        await talk(
            answer,
            console=Console(highlight=False),
            name=person.handle,
            read_line=ask_at_keyboard,
            news=window.news,
        )
