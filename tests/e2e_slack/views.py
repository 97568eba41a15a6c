"""Slack's windows and Homes as people see them: what they say, what can be filled in, what can be pressed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.replies.form import YES, Choice, Field, FieldKind, Form
from bot.replies.reply import Action
from tests.e2e_slack.local_slack import account_of

View = Mapping[str, Any]

_KINDS: Final = {
    "plain_text_input": FieldKind.TEXT,
    "users_select": FieldKind.PERSON,
    "multi_users_select": FieldKind.PEOPLE,
    "datepicker": FieldKind.DATE,
    "static_select": FieldKind.CHOICE,
    "checkboxes": FieldKind.SWITCH,
}


def is_form(view: View) -> bool:
    """Whether it can be sent off."""
    return "submit" in view


def form_in(view: View) -> Form:
    """A window as a form; its fields are named by their blocks."""
    return Form(
        name=view["callback_id"],
        about="",
        title=view["title"]["text"],
        submit=view["submit"]["text"],
        asks=view["title"]["text"],
        fields=tuple(_field(block) for block in view["blocks"] if block["type"] == "input"),
        command_id=view["id"],
        lines=tuple(words_in(view)),
    )


def words_in(view: View) -> Iterator[str]:
    """What it says, line by line, without marks."""
    for block in view["blocks"]:
        texts = [block["text"]] if "text" in block else []
        for text in (*texts, *block.get("fields", ())):
            yield from html.unescape(text["text"]).replace("*", "").replace("```", "").splitlines()


def buttons_in(blocks: list[Mapping[str, Any]]) -> Iterator[tuple[Action, Mapping[str, Any], str | None]]:
    """What can be pressed: as an action, as Slack has it, and the block that it stands in."""
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            yield _action(element), element, block.get("block_id")


def state_of(form: Form, values: Mapping[str, str]) -> dict[str, Any]:
    """What Slack's own page sends along with a press on Submit."""
    return {field.name: {"value": _given(field, values[field.name])} for field in form.fields}


def _field(block: Mapping[str, Any]) -> Field:
    element = block["element"]
    kind = _KINDS[element["type"]]
    choices = element["options"] if kind is FieldKind.CHOICE else ()
    return Field(
        name=block["block_id"],
        kind=kind,
        label=block["label"]["text"],
        initial=_initial(element),
        choices=tuple(Choice(option["value"], option["text"]["text"]) for option in choices),
    )


def _initial(element: Mapping[str, Any]) -> str:
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    people = element.get("initial_users") or [element[name] for name in ("initial_user",) if name in element]
    if people:
        return " ".join(people)
    if element.get("initial_options"):
        return YES
    return str(element.get("initial_value") or element.get("initial_date") or "")


def _given(field: Field, value: str) -> dict[str, Any]:
    people = [name if name.startswith("U0") else account_of(name.removeprefix("@")) for name in value.split()]
    match field.kind:
        case FieldKind.PERSON:
            return {"type": "users_select", "selected_user": people[0] if people else None}
        case FieldKind.PEOPLE:
            return {"type": "multi_users_select", "selected_users": people}
        case FieldKind.DATE:
            return {"type": "datepicker", "selected_date": value or None}
        case FieldKind.CHOICE:
            return {"type": "static_select", "selected_option": {"value": value} if value else None}
        case FieldKind.SWITCH:
            return {"type": "checkboxes", "selected_options": [{"value": YES}] if value else []}
    return {"type": "plain_text_input", "value": value or None}


def _action(element: Mapping[str, Any]) -> Action:
    """Buttons of Home that turn its pages carry no words."""
    label = element["text"]["text"]
    if element["value"].isdecimal():
        return Action(label=label, says=element["value"], command_id=element["action_id"])
    value = json.loads(element["value"])
    return Action(label=label, says=value["says"], command_id=value["id"])
