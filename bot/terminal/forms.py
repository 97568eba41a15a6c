"""A form at the keyboard: one field after the other, and those again that cannot stay as they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from rich.console import Console

from bot.replies.form import Choice, Field, FieldKind, Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.rendering import printable

ReadLine = Callable[[str], Awaitable[str | None]]
"""Takes the prompt; None at the end of input."""

Submit = Callable[[Form, Mapping[str, str]], Awaitable[Reply | Mistakes]]
"""Takes the form that was drawn, and what was filled in."""

LEAVE: Final = frozenset({"/leave", "/cancel", "/quit", "/exit", "/q"})
"""Ends a form."""
_LEFT: Final = Reply(title="All right, nothing was done.")
_NOTHING: Final = "-"
"""Empties a field that has something in it already."""


async def fill_in(form: Form, *, submit: Submit, console: Console, read_line: ReadLine) -> Reply:
    """Ask for everything, send it off, ask again for what was wrong; the answer in the end."""
    _say(console, f"{form.title}. /leave ends it without doing anything; nothing typed takes what is in [brackets].")
    for line in form.lines:
        _say(console, line, style="")
    values: dict[str, str] = {}
    fields: Sequence[Field] = form.fields
    while await _asked(fields, values, console=console, read_line=read_line):
        outcome = await submit(form, values)
        if isinstance(outcome, Reply):
            return outcome
        fields = [field for field in form.fields if field.name in outcome.by_field]
        for field in fields:
            _say(console, f"{field.label}: {outcome.by_field[field.name]}", style="yellow")
        _say(console, "Once more, please; /leave ends it without doing anything.")
    return _LEFT


async def _asked(fields: Sequence[Field], values: dict[str, str], *, console: Console, read_line: ReadLine) -> bool:
    """Put what is typed among the values; False when the person leaves."""
    for field in fields:
        typed = await _ask(field, before=values.get(field.name, field.initial), console=console, read_line=read_line)
        if typed is None:
            return False
        values[field.name] = typed
    return True


async def _ask(field: Field, *, before: str, console: Console, read_line: ReadLine) -> str | None:
    for said in _help(field):
        _say(console, f"  {said}")
    shown = f" [{_shown(before, field.choices)}]" if before else ""
    typed = await read_line(f"{field.label}{shown}: ")
    if typed is None or typed.strip().casefold() in LEAVE:
        return None
    value = typed.strip()
    if not value:
        return before
    return "" if value == _NOTHING else _numbered(field.choices).get(value, value)


def _help(field: Field) -> list[str]:
    """The hint, or the choices with their numbers."""
    kind = {FieldKind.SWITCH: "yes or no", FieldKind.PEOPLE: "names, as @bob @carol"}.get(field.kind, "")
    optional = "" if field.is_required else "may stay empty"
    said = "; ".join(part.rstrip(".") for part in (field.hint, kind, optional) if part)
    choices = [f"[{number}] {choice.label}" for number, choice in enumerate(field.choices, start=1)]
    return [*([f"{said}."] if said else []), *choices]


def _numbered(choices: Sequence[Choice]) -> dict[str, str]:
    return {str(number): choice.value for number, choice in enumerate(choices, start=1)}


def _shown(value: str, choices: Sequence[Choice]) -> str:
    return next((choice.label for choice in choices if choice.value == value), value)


def _say(console: Console, line: str, *, style: str = "dim") -> None:
    console.print(printable(line, style))
