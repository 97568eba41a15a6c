"""Something to fill in, before any platform draws it: Slack as a modal, Teams as a dialog, the terminal line by line.

Values go back as texts, one per field: people as words that name them (`@bob`, a platform's mention) with spaces
between, days as ISO dates or words, a switch as `yes` or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_TITLE: Final = 24
"""Characters of a title and of the label of the button; Slack's modals take no more."""
YES: Final = "yes"
"""The value of a switch that is on."""


class FieldKind(StrEnum):
    """What goes into a field."""

    PERSON = "person"
    PEOPLE = "people"
    AMOUNT = "amount"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in. `initial` is a value as it goes back, but people are named by their ids."""

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    is_required: bool = True
    initial: str = ""
    longest: int = 0
    """Characters of a text, or how many people; 0: no bound of its own."""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What to fill in. `command_id` was minted when it was drawn: who sends it off twice gives one command.

    `about` are the words behind its name: `form decide apr_…` draws it again. `asks` is the question that it answers,
    `in_words` how to say the same in words.
    """

    name: str
    about: str
    title: str
    submit: str
    asks: str
    fields: tuple[Field, ...]
    command_id: str
    lines: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert max(len(self.title), len(self.submit)) <= LONGEST_TITLE, "titles fit on every platform"
        assert len({field.name for field in self.fields}) == len(self.fields), "fields have names of their own"

    @property
    def says(self) -> str:
        """What opens it again."""
        return " ".join(filter(None, ("form", self.name, self.about)))


def people_in(form: Form) -> tuple[str, ...]:
    """The ids of those who are in it already."""
    fields = (field for field in form.fields if field.kind in {FieldKind.PERSON, FieldKind.PEOPLE})
    return tuple(person for field in fields for person in field.initial.split())


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What cannot stay as it was filled in: the name of the field -> a sentence. Never empty."""

    by_field: Mapping[str, str]
