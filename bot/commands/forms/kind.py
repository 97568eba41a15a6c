"""The shape of a form's file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.commands.forms.filled import Filled
from bot.commands.verb import Asked
from bot.replies.form import Field, Form
from bot.replies.reply import Reply
from core.refusals import Because


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKind:
    """One form. The words of `Asked` are what it is about. `known_as`: the engine's names of values -> fields.

    `fields` are what comes back, whatever has happened since it was drawn. `draw` gives them with what is known by
    then; it raises Refused where nothing can be filled in. `run` gives the same commands as words do, under the id
    of the speaker; it raises Refused, and Mistaken where fields do not fit each other. `belongs`: the reasons of a
    refusal that are said at a field.
    """

    name: str
    fields: tuple[Field, ...]
    draw: Callable[[Asked], Awaitable[Form]]
    run: Callable[[Filled, Asked], Awaitable[Reply]]
    belongs: Mapping[Because, str]
    known_as: Mapping[str, str] = field(default_factory=dict)


def with_initial(fields: tuple[Field, ...], **initial: str) -> tuple[Field, ...]:
    """The fields with these values in them."""
    return tuple(replace(item, initial=initial.get(item.name, item.initial)) for item in fields)
