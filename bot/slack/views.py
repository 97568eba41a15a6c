"""What stands in Slack's windows: a form, an answer, or that one is on its way.

Limits are Slack's own (Block Kit reference; views: 100 blocks, 250 KB, private_metadata 3,000 characters).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from bot.replies.form import YES, Field, FieldKind, Form, Mistakes
from bot.replies.reply import Action, Reply, Style
from bot.slack.escaping import escaped, plain
from bot.slack.rendering import Block, blocks_of

View = dict[str, Any]
Accounts = Mapping[str, str]
"""Alfred's user id -> the id of their Slack account."""

MOST_BLOCKS: Final = 100
LARGEST: Final = 240_000  # bytes of a view as JSON; Slack takes 250 KB
FORM: Final = "form:"
"""How the callback ids of our forms begin."""
FIELD: Final = "field:"
"""How the block ids of their fields begin."""
VALUE: Final = "value"
"""The action id of every input."""
_TITLE: Final = 24
_LABEL: Final = 2_000
_OPTION: Final = 75
_OPTION_VALUE: Final = 150
_OPTIONS: Final = 100
_TEXT: Final = 3_000
_ABOUT: Final = 2_500  # characters of private_metadata that what a form is about may take
_ERROR: Final = 500  # characters below an input; longer ones push the form away


def form_view(form: Form, *, accounts: Accounts) -> View:
    """A form as a window. `accounts`: of the people who are in it already."""
    about = form.about if len(form.about) <= _ABOUT else ""
    lines = [_lines(form.lines)] if form.lines else []
    return fitted(
        {
            "type": "modal",
            "callback_id": f"{FORM}{form.name}",
            "private_metadata": json.dumps({"about": about, "id": form.command_id}),
            "title": _plain(form.title, _TITLE),
            "submit": _plain(form.submit, _TITLE),
            "close": _plain("Cancel", _TITLE),
            "blocks": [*lines, *(_input(field, accounts) for field in form.fields)],
        }
    )


def reply_view(reply: Reply) -> View:
    """An answer as a window."""
    return fitted(_window(list(islice(blocks_of(reply), MOST_BLOCKS))))


def loading_view() -> View:
    """While the answer is on its way."""
    return _window([{"type": "section", "text": _plain("One moment …", _TEXT)}])


def errors(mistakes: Mistakes) -> dict[str, Any]:
    """For the acknowledgement of a form that cannot stay as it is."""
    sentences = {f"{FIELD}{name}": plain(sentence, _ERROR) for name, sentence in mistakes.by_field.items()}
    return {"response_action": "errors", "errors": sentences}


def mistakes_reply(mistakes: Mistakes, *, says: str, command_id: str) -> Reply:
    """The same where the form has gone by then."""
    again = Action(label="Open the form again", says=says, command_id=command_id, style=Style.PRIMARY, stays=True)
    return Reply(
        title="That cannot stay as it was filled in.", lines=tuple(mistakes.by_field.values()), actions=(again,)
    )


def closed_form_reply(form: Form) -> Reply:
    """Where Slack did not let the form open: three seconds had passed."""
    again = Action(label="Open the form", says=form.says, command_id=form.command_id, style=Style.PRIMARY, stays=True)
    return Reply(title=form.asks, lines=form.in_words, actions=(again,))


def values_in(state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; people as mentions."""
    return {
        block_id.removeprefix(FIELD): _value(inputs[VALUE])
        for block_id, inputs in state["values"].items()
        if block_id.startswith(FIELD)
    }


def fitted(view: View) -> View:
    """The view without the blocks at its end that Slack would not take."""
    room = LARGEST - len(json.dumps(view | {"blocks": []}))
    blocks = []
    for block in view["blocks"][:MOST_BLOCKS]:
        room -= len(json.dumps(block)) + len(", ")
        if room < 0:
            break
        blocks.append(block)
    return view | {"blocks": blocks}


def _value(given: Mapping[str, Any]) -> str:
    match given["type"]:
        case "users_select":
            return f"<@{given['selected_user']}>" if given.get("selected_user") else ""
        case "multi_users_select":
            return " ".join(f"<@{account}>" for account in given.get("selected_users") or ())
        case "datepicker":
            return str(given.get("selected_date") or "")
        case "static_select":
            return str((given.get("selected_option") or {}).get("value", ""))
        case "checkboxes":
            return YES if given.get("selected_options") else ""
    return str(given.get("value") or "")


def _input(field: Field, accounts: Accounts) -> Block:
    block: Block = {
        "type": "input",
        "block_id": f"{FIELD}{field.name}",
        "label": _plain(field.label, _LABEL),
        "optional": not field.is_required or field.kind is FieldKind.SWITCH,
        "element": {"action_id": VALUE} | _ELEMENTS[field.kind](field, accounts),
    }
    return block | {"hint": _plain(field.hint, _LABEL)} if field.hint else block


def _person(field: Field, accounts: Accounts) -> Block:
    known = _known(field, accounts)
    return {"type": "users_select"} | ({"initial_user": known[0]} if known else {})


def _people(field: Field, accounts: Accounts) -> Block:
    known = _known(field, accounts)
    most = {"max_selected_items": field.longest} if field.longest else {}
    return {"type": "multi_users_select"} | most | ({"initial_users": known} if known else {})


def _known(field: Field, accounts: Accounts) -> list[str]:
    return [accounts[person] for person in field.initial.split() if person in accounts]


def _amount(field: Field, _: Accounts) -> Block:
    return {"type": "plain_text_input", "max_length": 100} | _initial("initial_value", field)


def _text(field: Field, _: Accounts) -> Block:
    longest = min(field.longest or _TEXT, _TEXT)
    return {"type": "plain_text_input", "multiline": True, "max_length": longest} | _initial("initial_value", field)


def _date(field: Field, _: Accounts) -> Block:
    return {"type": "datepicker"} | _initial("initial_date", field)


def _choice(field: Field, _: Accounts) -> Block:
    options = [_option(choice.value, choice.label) for choice in field.choices[:_OPTIONS]]
    chosen = next((option for option in options if option["value"] == field.initial), None)
    return {"type": "static_select", "options": options} | ({} if chosen is None else {"initial_option": chosen})


def _switch(field: Field, _: Accounts) -> Block:
    options = [_option(YES, field.hint or field.label)]
    return {"type": "checkboxes", "options": options} | ({"initial_options": options} if field.initial == YES else {})


_ELEMENTS: Final = {
    FieldKind.PERSON: _person,
    FieldKind.PEOPLE: _people,
    FieldKind.AMOUNT: _amount,
    FieldKind.TEXT: _text,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.SWITCH: _switch,
}


def _option(value: str, label: str) -> Block:
    return {"text": _plain(label, _OPTION), "value": plain(value, _OPTION_VALUE)}


def _initial(name: str, field: Field) -> Block:
    return {name: field.initial} if field.initial else {}


def _lines(lines: Iterable[str]) -> Block:
    text = escaped("\n".join(lines), _TEXT)
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _window(blocks: list[Block]) -> View:
    return {"type": "modal", "title": _plain("Alfred", _TITLE), "close": _plain("Close", _TITLE), "blocks": blocks}


def _plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": plain(text, most), "emoji": False}
