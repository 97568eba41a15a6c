"""A Reply in a terminal. Where the console has no colours the words say as much."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.replies.reply import Action, Fact, Reply, Table, Tone

_TITLE: Final = {Tone.OK: "bold", Tone.REFUSED: "bold yellow", Tone.ERROR: "bold red"}
_INDENT: Final = (0, 0, 0, 2)
_INDENT_TO_DO: Final = (1, 0, 0, 2)
"""An empty line above, so that nobody takes what can be done for what is so."""
_NUMBERS: Final = frozenset({"Amount", "Budget", "Left", "People", "Pool", "Used"})
"""Columns whose cells stand at the right."""


def draw(reply: Reply, console: Console, *, numbered: bool = False, first: int = 1, alfred: str = "alfred") -> None:
    """Print a reply. `numbered`: actions are shown as something to press, from `first` on, else as commands to type."""
    for part in _parts(reply, first=first if numbered else None, alfred=alfred):
        console.print(part, soft_wrap=not console.is_terminal and isinstance(part, Text))


def _parts(reply: Reply, *, first: int | None, alfred: str) -> Iterator[RenderableType]:
    yield printable(reply.title, _TITLE[reply.tone])
    for line in reply.lines:
        yield printable(line)
    if reply.facts:
        yield Padding(_facts(reply.facts), _INDENT)
    if reply.table is not None:
        yield Padding(_table(reply.table), _INDENT)
    if reply.actions:
        commands = Padding(_commands(reply.actions, alfred=alfred), _INDENT_TO_DO)
        yield commands if first is None else _buttons(reply.actions, first=first)


def printable(text: str, style: str = "") -> Text:
    """No markup and no control characters: what people wrote cannot colour, move or hide anything."""
    return Text("".join(c if c.isprintable() else " " for c in text), style=style)


def _facts(facts: tuple[Fact, ...]) -> Grid:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", overflow="fold")
    grid.add_column(overflow="fold")
    for fact in facts:
        grid.add_row(printable(fact.label), printable(fact.value))
    return grid


def _table(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title in table.columns:
        is_number = title in _NUMBERS
        grid.add_column(printable(title), justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in table.rows:
        grid.add_row(*map(printable, row))
    return grid


def _buttons(actions: tuple[Action, ...], *, first: int) -> Text:
    labels = "   ".join(f"[{number}] {action.label}" for number, action in enumerate(actions, start=first))
    return printable(labels, "cyan")


def _commands(actions: tuple[Action, ...], *, alfred: str) -> Grid:
    """What to type instead of pressing, quoted for a shell."""
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column()
    grid.add_column(style="bold cyan", overflow="fold")
    for action in (action for action in actions if action.says != "cancel"):  # typing nothing does that
        grid.add_row(printable(f"{action.label}:"), printable(f"{alfred} {shlex.join(action.says.split())}"))
    return grid
