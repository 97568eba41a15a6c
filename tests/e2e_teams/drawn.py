"""Cards and dialogs as people see them: what they say, what can be pressed, what can be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.replies.form import YES, Choice, Field, FieldKind, Form, Mistakes
from bot.replies.reply import Action, Reply, Tone
from tests.e2e_teams.playground import Card, account_of
from tests.edges.teams_talk import inputs, words

_FIGURE: Final = re.compile(r"\d[\d,.]*\d|\d")
_KINDS: Final = {
    "Input.Text": FieldKind.TEXT,
    "Input.ChoiceSet": FieldKind.CHOICE,
    "Input.Date": FieldKind.DATE,
    "Input.Toggle": FieldKind.SWITCH,
}


def reply_in(card: Card) -> Reply:
    """A card as a reply: it is spoken whole, and every figure that is spoken is drawn."""
    spoken = str(card["speak"]).partition("\nYou can: ")[0]  # which the actions say, too
    missing = set(_FIGURE.findall(spoken)) - set(_FIGURE.findall(words(card)))
    assert not missing, f"spoken, and not drawn: {missing} of {spoken}"
    is_refused = card["body"][0].get("style") == "attention"
    actions = tuple(action for action, _ in buttons_in(card))
    return Reply(title=spoken, actions=actions, tone=Tone.REFUSED if is_refused else Tone.OK)


def buttons_in(part: object) -> Iterator[tuple[Action, Mapping[str, Any]]]:
    """What can be pressed: as an action, and as Teams has it."""
    if isinstance(part, list):
        for one in part:
            yield from buttons_in(one)
    if not isinstance(part, dict):
        return
    if part.get("type") in {"Action.Execute", "Action.Submit"}:
        data = part["data"]
        yield Action(label=part["title"], says=data["says"], command_id=data["id"], stays="msteams" in data), part
        return
    for name, one in part.items():
        if name != "refresh":
            yield from buttons_in(one)


def form_in(card: Card, *, title: str) -> Form:
    """A dialog as a form."""
    (submit,) = card["actions"]
    return Form(
        name=submit["data"]["form"],
        about=submit["data"]["about"],
        title=title,
        submit=submit["title"],
        asks=title,
        fields=tuple(map(_field, inputs(card))),
        command_id=submit["data"]["id"],
    )


def mistakes_in(card: Card) -> Mistakes:
    """What stands in red below the fields of a dialog."""
    told: dict[str, str] = {}
    for part in card["body"]:
        for field in inputs(part):
            mistake = words([item for item in part["items"] if item["type"] == "RichTextBlock"])
            told |= {field["id"]: mistake} if mistake else {}
    return Mistakes(told)


def sent_off(card: Card, form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """What Teams sends along with a press on Submit."""
    given = {field.name: _given(field, values[field.name]) for field in form.fields}
    return {**card["actions"][0]["data"], **given}


def _given(field: Field, value: str) -> str:
    if field.kind is FieldKind.PEOPLE:
        return ",".join(account_of(name.removeprefix("@")) for name in value.split())
    return value


def _field(drawn: Mapping[str, Any]) -> Field:
    kind = FieldKind.PEOPLE if "choices.data" in drawn else _KINDS[drawn["type"]]
    choices = drawn["choices"] if kind is FieldKind.CHOICE else ()
    return Field(
        name=drawn["id"],
        kind=kind,
        label=drawn["title"] if kind is FieldKind.SWITCH else drawn["label"],
        initial=YES if drawn["value"] == drawn.get("valueOn", object()) else drawn["value"],
        choices=tuple(Choice(choice["value"], choice["title"]) for choice in choices),
    )
