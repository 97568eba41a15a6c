"""What the commands print: lines, tables, or with --json one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Annotated, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.storage.transaction import plain

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

RIGHT: Final = ">"
"""In front of a column's title: its cells are numbers."""
WHOLE: Final = "="
"""In front of a column's title: its cells are names to be typed again, and are not broken."""


def as_json(value: object) -> str:
    """A receipt or an answer as JSON text."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2)


def show(value: object, line: str, *, json: bool) -> None:
    """Print what happened: the receipt as JSON, or the line."""
    typer.echo(as_json(value) if json else line)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, nothing: str) -> None:
    """Print a table as wide as it needs, or `nothing` when there are no rows. The first column is never cut."""
    lines = list(rows)
    if not lines:
        typer.echo(nothing)
        return
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for title in titles:
        is_number = title.startswith(RIGHT)
        grid.add_column(
            title.lstrip(RIGHT + WHOLE),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=title.startswith((RIGHT, WHOLE)),
        )
    for line in lines:
        grid.add_row(*(Text(cell) for cell in line))
    console().print(grid)


def console() -> Console:
    """Standard output. A pipe gets lines that are never cut."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=200)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return plain(value)
