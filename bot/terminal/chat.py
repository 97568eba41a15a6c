"""A chat window in the terminal: what Slack does, for one person at a keyboard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from rich.console import Console

from bot.replies.reply import Action, Reply, Tone
from bot.terminal.forms import LEAVE as FORM_LEAVE
from bot.terminal.forms import ReadLine, Submit, fill_in
from bot.terminal.rendering import draw

Say = Callable[[str, str | None], Awaitable[Reply]]
"""Takes the text and, when something was pressed, the command id that its action carries."""

News = Callable[[], Awaitable[Sequence[Reply]]]
"""What has arrived since the last look."""

_LEAVE: Final = frozenset({"/quit", "/exit", "/q", "quit", "exit", "bye"})
_YES: Final = frozenset({"yes", "y"})


async def nothing_new() -> Sequence[Reply]:
    """Nothing ever arrives."""
    return ()


async def chat(
    say: Say, *, submit: Submit, console: Console, name: str, read_line: ReadLine, news: News = nothing_new
) -> None:
    """Talk until /quit or the end of input. A number or its name presses what was offered last, “yes” what confirms. A
    form is asked line by line.

    What arrives is shown before the next prompt, and what it offers is numbered behind what the last reply offered.
    """
    console.print(f"You are {name}. Say help to see what Alfred can do, /quit to leave.", style="dim", markup=False)
    actions: tuple[Action, ...] = ()
    while True:
        actions += _shown(await news(), console=console, pressable=len(actions))
        line = await read_line(f"{name}> ")
        if line is None:
            return
        text = line.strip()
        if text.casefold() in _LEAVE:
            return
        if text:
            said = await _said(text, actions, say=say)
            form = said.form
            reply = said if form is None else await fill_in(form, submit=submit, console=console, read_line=read_line)
            actions = reply.actions
            draw(reply, console, numbered=True)
            console.print()


def _shown(news: Sequence[Reply], *, console: Console, pressable: int) -> tuple[Action, ...]:
    """Show what has arrived; the actions that can be pressed besides those that were there."""
    offered: tuple[Action, ...] = ()
    for arrived in news:
        draw(arrived, console, numbered=True, first=pressable + len(offered) + 1)
        console.print()
        offered += arrived.actions
    return offered


async def _said(text: str, actions: tuple[Action, ...], *, say: Say) -> Reply:
    named = text.strip("[] ").casefold()
    label = "confirm" if named in _YES else named
    called = [action for action in actions if action.label.casefold() == label]
    numbered = {str(number): action for number, action in enumerate(actions, start=1)}
    pressed = called[0] if len(called) == 1 else numbered.get(named)
    if pressed is None and named.isdecimal():
        title = f"Nothing here has the number {named}."
        return Reply(title=title, actions=actions, tone=Tone.REFUSED, code="usage")
    if pressed is None and text.casefold() in FORM_LEAVE:
        return Reply(
            title="There is no form to leave.", lines=("/quit ends the chat.",), tone=Tone.REFUSED, code="usage"
        )
    if pressed is None:
        return await say(text, None)
    # What only asks for more may be pressed again and mean something else.
    return await say(pressed.says, None if pressed.stays else pressed.command_id)


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
