"""What was filled in: texts become people, amounts and days, or sentences about what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse import bare, plain, split
from bot.commands.people import Named, named
from bot.commands.spans import read_date
from bot.commands.verb import Asked
from bot.commands.wrong_amounts import WRONG
from bot.replies.form import YES, Field, FieldKind, Mistakes
from bot.replies.refusals import refusal_reply
from core.directory.people import PersonLine
from core.directory.units import Amount, AmountError
from core.refusals import Refused

MOST_PEOPLE: Final = 100
"""Looked up in one field, whatever it takes."""
FURTHEST: Final = timedelta(days=3_660)
"""From today, either way."""
_JOINERS: Final = frozenset({"", "and", "&", "+"})
_ON: Final = frozenset({YES, "y", "on", "true", "1"})
_OFF: Final = frozenset({"", "no", "n", "off", "false", "0"})


class Mistaken(Exception):
    """Raised when something cannot stay as it was filled in."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(", ".join(by_field))
        self.mistakes: Final = Mistakes(by_field)


@dataclass(frozen=True, slots=True)
class Filled:
    """The values by field, each under its own type. What was left empty is not there."""

    texts: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, Amount] = field(default_factory=dict)
    people: dict[str, tuple[PersonLine, ...]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Everybody who was named: id -> handle."""
        return {person.id: person.handle for people in self.people.values() for person in people}


async def read_filled(fields: Sequence[Field], values: Mapping[str, str], *, asked: Asked) -> Filled:
    """Everything that was filled in. Raises Mistaken with a sentence for every field that is wrong."""
    filled, wrong = Filled(), {}
    for item in fields:
        sentence = await _read(item, plain(values.get(item.name, "")), filled=filled, asked=asked)
        if sentence is not None:
            wrong[item.name] = sentence
    if wrong:
        raise Mistaken(wrong)
    return filled


async def _read(item: Field, value: str, *, filled: Filled, asked: Asked) -> str | None:
    """Put the value where it belongs; a sentence when it is none."""
    if not value:
        return "This is needed." if item.is_required else None
    if item.kind in {FieldKind.PERSON, FieldKind.PEOPLE}:
        return await _read_people(item, value, filled=filled, asked=asked)
    if item.kind is FieldKind.AMOUNT:
        return _read_amount(item, value, filled=filled, asked=asked)
    if item.kind is FieldKind.DATE:
        return _read_day(item, value, filled=filled, asked=asked)
    return _AS_TEXT[item.kind](item, value, filled)


async def _read_people(item: Field, value: str, *, filled: Filled, asked: Asked) -> str | None:
    words = [part for word in split(value) for part in word.split(",") if bare(part) not in _JOINERS]
    people = [named(word) for word in words]
    most = 1 if item.kind is FieldKind.PERSON else item.longest or MOST_PEOPLE
    if None in people or not people:
        return "I do not know who that is. Write names as @bob."
    if len(people) > most:
        return "Name one person." if most == 1 else f"Name at most {most:,} people."
    return await _find(item, [person for person in people if person], filled=filled, asked=asked)


async def _find(item: Field, people: list[Named], *, filled: Filled, asked: Asked) -> str | None:
    try:
        filled.people[item.name] = await find_people(people, asked)
    except Refused as refused:
        return sentence_of(refused, asked)
    return None


def sentence_of(refused: Refused, asked: Asked, *, names: Mapping[str, str] | None = None) -> str:
    """A refusal in the few words that stand at a field."""
    telling = asked.telling if names is None else asked.telling.with_names(names)
    reply = refusal_reply(refused.refusal, telling)
    return " ".join((reply.title, *reply.lines))


def _read_amount(item: Field, value: str, *, filled: Filled, asked: Asked) -> str | None:
    try:
        filled.amounts[item.name] = asked.telling.units.read(value)
    except AmountError as error:
        return f"“{error.typed}” is not an amount that I can take. {WRONG[error.reason]}"
    return None


def _read_day(item: Field, value: str, *, filled: Filled, asked: Asked) -> str | None:
    today = asked.office.engine.clock.now().astimezone(asked.telling.zone).date()
    day = read_date(value.casefold(), today=today)
    if day is None:
        return "I do not know which day that is. For example: 2026-02-20, friday, tomorrow."
    if abs(day - today) > FURTHEST:
        return "That day is too far away."
    filled.days[item.name] = day
    return None


def _read_choice(item: Field, value: str, filled: Filled) -> str | None:  # noqa: PLR0917  three types
    meant = next(
        (one for one in item.choices if value.casefold() in {one.value.casefold(), one.label.casefold()}), None
    )
    if meant is None:
        return "Choose one of: " + ", ".join(one.label for one in item.choices) + "."
    filled.texts[item.name] = meant.value
    return None


def _read_switch(item: Field, value: str, filled: Filled) -> str | None:  # noqa: PLR0917  three types
    if value.casefold() not in _ON | _OFF:
        return "Say yes or no."
    if value.casefold() in _ON:
        filled.texts[item.name] = YES
    return None


def _read_text(item: Field, value: str, filled: Filled) -> str | None:  # noqa: PLR0917  three types
    if item.longest and len(value) > item.longest:
        return f"It can have {item.longest:,} characters; this has {len(value):,}."
    filled.texts[item.name] = value
    return None


_AS_TEXT: Final = {
    FieldKind.CHOICE: _read_choice,
    FieldKind.SWITCH: _read_switch,
    FieldKind.TEXT: _read_text,
}
