"""A chat window in the terminal: what Slack does, for one person at a keyboard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from rich.console import Console

from bot.replies.reply import Action, Reply
from bot.terminal.rendering import draw

Say = Callable[[str, str | None], Awaitable[Reply]]
"""Takes the text and, when something was pressed, the command id that its action carries."""

ReadLine = Callable[[str], Awaitable[str | None]]
"""Takes the prompt; None at the end of input."""

News = Callable[[], Awaitable[Sequence[Reply]]]
"""What has arrived since the last look."""

_LEAVE: Final = frozenset({"/quit", "/exit", "/q", "quit", "exit", "bye"})


async def nothing_new() -> Sequence[Reply]:
    """Nothing ever arrives."""
    return ()


async def chat(say: Say, *, console: Console, name: str, read_line: ReadLine, news: News = nothing_new) -> None:
    """Talk until /quit or the end of input. A number presses what the last reply offered.

    What arrives is shown before the next prompt.
    """
    console.print(f"You are {name}. Say help to see what Alfred can do, /quit to leave.", style="dim", markup=False)
    actions: tuple[Action, ...] = ()
    while (line := await _next_line(f"{name}> ", console=console, read_line=read_line, news=news)) is not None:
        text = line.strip()
        if text.casefold() in _LEAVE:
            return
        if text:
            reply = await _said(text, actions, say=say)
            actions = reply.actions
            draw(reply, console, numbered=True)
            console.print()


async def _next_line(prompt: str, *, console: Console, read_line: ReadLine, news: News) -> str | None:
    for arrived in await news():
        draw(arrived, console)
        console.print()
    return await read_line(prompt)


async def _said(text: str, actions: tuple[Action, ...], *, say: Say) -> Reply:
    pressed = {str(number): action for number, action in enumerate(actions, start=1)}.get(text.strip("[] "))
    return await (say(text, None) if pressed is None else say(pressed.says, pressed.command_id))


async def ask_at_keyboard(prompt: str) -> str | None:
    """A line from standard input, with the arrow keys' history where the system has readline.

    The thread that waits is a daemon, so that Ctrl-C ends the program without another key.
    """
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415  importing it gives `input` its history; Windows has none
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str | None] = loop.create_future()

    def wait() -> None:
        try:
            typed = input(prompt)
        except EOFError:
            typed = None
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_settle, line, typed)

    threading.Thread(target=wait, name="keyboard", daemon=True).start()
    return await line


def _settle(line: asyncio.Future[str | None], typed: str | None) -> None:
    if not line.done():
        line.set_result(typed)
