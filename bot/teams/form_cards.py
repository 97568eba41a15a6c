"""A form as an Adaptive Card with inputs. What comes back is text, whatever the input looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from bot.replies.form import Field, FieldKind, Form, Mistakes
from bot.teams.cards import Card, template
from bot.teams.escaping import cut, heading
from bot.teams.templates import fill

FORM: Final = "form"
ABOUT: Final = "about"
ID: Final = "id"
_PEOPLE: Final = frozenset({FieldKind.PERSON, FieldKind.PEOPLE})
_OURS: Final = frozenset({FORM, ABOUT, ID, "msteams"})

_LABEL: Final = 100
_HINT: Final = 200
_LONG_TEXT: Final = 120
"""From how many characters on a text gets several lines."""
_LONGEST_TEXT: Final = 1_000
_LONGEST: Final[Mapping[FieldKind, int]] = {FieldKind.AMOUNT: 100, FieldKind.PERSON: 100, FieldKind.PEOPLE: 4_000}
"""Characters of a value, where the field does not say it of its text."""
_MISTAKE: Final = 300


def form_card(form: Form, *, mistakes: Mapping[str, str], values: Mapping[str, str]) -> Card:
    """`values` are what was filled in before, `mistakes` what cannot stay as it was."""
    data = {
        "title": heading(form.title, _LABEL),
        "spoken": cut(form.asks, _HINT),
        "lines": [{"text": cut(line, _HINT)} for line in form.lines],
        "inputs": [
            _input(field, values.get(field.name, field.initial), mistake=mistakes.get(field.name, ""))
            for field in form.fields
        ],
        "submit": form.submit,
        "data": {FORM: form.name, ABOUT: form.about, ID: form.command_id},
    }
    filled: Card = fill(template("form"), data)
    return filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that came back; the people among its values are ids with commas between."""

    name: str
    about: str
    command_id: str
    values: Mapping[str, str]


def sent(data: Mapping[str, Any]) -> Sent | None:
    """None when it is no form of ours."""
    name, about, command_id = (data.get(key) for key in (FORM, ABOUT, ID))
    if not (isinstance(name, str) and isinstance(about, str) and isinstance(command_id, str) and name and command_id):
        return None
    values = {key: value for key, value in data.items() if key not in _OURS and isinstance(value, str)}
    return Sent(name=name, about=about, command_id=command_id, values=values)


def with_accounts(form: Form, accounts: Mapping[str, str]) -> Form:
    """The form with those who are in it already as Teams names them; who has no account there is left out."""
    return replace(form, fields=tuple(_with_accounts(field, accounts) for field in form.fields))


def _with_accounts(field: Field, accounts: Mapping[str, str]) -> Field:
    if field.kind not in _PEOPLE:
        return field
    return replace(field, initial=",".join(accounts[person] for person in field.initial.split() if person in accounts))


def as_words(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, str]:
    """The values of a form with these fields, with people as mentions, as the verbs take them."""
    people = {field.name for field in fields if field.kind in _PEOPLE}
    return {name: _mentions(value) if name in people else value for name, value in values.items()}


def without_ids(mistakes: Mistakes, fields: Sequence[Field], *, values: Mapping[str, str]) -> Mistakes:
    """People are picked by name, and only their ids come back: a sentence that repeats one names nobody."""
    picked = [account for field in fields if field.kind in _PEOPLE for account in _split(values.get(field.name, ""))]
    by_field = dict(mistakes.by_field)
    for name, account in product(by_field, picked):
        by_field[name] = by_field[name].replace(f"@{account}", "the person you picked")
    return Mistakes(by_field)


def _can_stand(field: Field, value: str) -> bool:
    """Whether an input may show it: accounts, and one of the choices."""
    if field.kind is FieldKind.CHOICE:
        return value in {choice.value for choice in field.choices}
    return value.isascii() or field.kind not in _PEOPLE


def _mentions(picked: str) -> str:
    return " ".join(f"<@{account}>" for account in _split(picked))


def _split(picked: str) -> list[str]:
    return [account.strip() for account in picked.split(",") if account.strip()]


def _input(field: Field, value: str, *, mistake: str) -> dict[str, Any]:
    is_people = field.kind in _PEOPLE
    longest = _LONGEST.get(field.kind) or field.longest or _LONGEST_TEXT
    return {
        "id": field.name,
        "label": cut(field.label, _LABEL),
        "hint": cut(field.hint, _HINT),
        "is_required": field.is_required,
        "missing": f"{cut(field.label, _LABEL)}: please fill this in.",
        "initial": cut(value if _can_stand(field, value) else "", longest),
        "longest": longest,
        "choices": [{"title": cut(choice.label, _LABEL), "value": choice.value} for choice in field.choices],
        "mistake": cut(mistake, _MISTAKE),
        "is_text": field.kind in {FieldKind.TEXT, FieldKind.AMOUNT},
        "is_long": field.kind is FieldKind.TEXT and field.longest > _LONG_TEXT,
        "is_people": is_people,
        "is_several": field.kind is FieldKind.PEOPLE,
        "is_choice": field.kind is FieldKind.CHOICE,
        "is_date": field.kind is FieldKind.DATE,
        "is_switch": field.kind is FieldKind.SWITCH,
    }
