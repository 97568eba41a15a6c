"""What Slack takes: its own table of limits, with what slack_sdk's models leave out, and those models.

Slack, Block Kit reference (blocks, block elements, composition objects) and `views`; texts count in characters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = Mapping[str, Any]

MOST_BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
TEXT: Final = 3_000
"""Of a section, and of a message's own text: `chat.update` refuses more than 4,000."""
FIELD: Final = 2_000
LABEL: Final = 2_000
BUTTON: Final = 75
VALUE: Final = 2_000
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
FEW_OPTIONS: Final = 10
"""Of checkboxes and radio buttons."""
PLACEHOLDER: Final = 150
HEADER: Final = 150
TITLE: Final = 24
METADATA: Final = 3_000
VIEW_BYTES: Final = 250_000
ID: Final = 255


def check_message(body: Json) -> None:
    """A message that is posted, changed, or answers a command."""
    _text(body["text"], most=TEXT)
    _blocks(body["blocks"], kind="message")


def check_view(view: Json) -> None:
    """A modal or an App Home."""
    kind = view["type"]
    _blocks(view["blocks"], kind=kind)
    assert len(json.dumps(view).encode()) <= VIEW_BYTES
    assert len(view.get("private_metadata", "")) <= METADATA
    assert len(view.get("callback_id", "")) <= ID
    if kind == "modal":
        _modal(view)
    View(**view).validate_json()


def _modal(view: Json) -> None:
    assert "title" in view
    assert "submit" in view or all(block["type"] != "input" for block in view["blocks"])
    for part in {"title", "submit", "close"} & set(view):
        _plain(view[part], most=TITLE)


def _blocks(blocks: Sequence[Json], *, kind: str) -> None:
    assert 0 < len(blocks) <= MOST_BLOCKS[kind]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(set(ids)) == len(ids)
    assert all(0 < len(name) <= ID for name in ids)
    for block in blocks:
        assert block["type"] in _CHECKS, f"{block['type']} is not in this table"
        _CHECKS[block["type"]](block)
        parsed = Block.parse(dict(block))
        assert parsed is not None
        parsed.validate_json()


def _section(block: Json) -> None:
    assert "text" in block or block.get("fields")
    if "text" in block:
        _mrkdwn(block["text"], most=TEXT)
    fields = block.get("fields", ())
    assert len(fields) <= 10
    for field in fields:
        _mrkdwn(field, most=FIELD)
    if "accessory" in block:
        _element(block["accessory"])


def _header(block: Json) -> None:
    _plain(block["text"], most=HEADER)


def _context(block: Json) -> None:
    assert 0 < len(block["elements"]) <= 10
    for element in block["elements"]:
        _mrkdwn(element, most=TEXT)


def _actions(block: Json) -> None:
    assert 0 < len(block["elements"]) <= 25
    ids = [element["action_id"] for element in block["elements"]]
    assert len(set(ids)) == len(ids)
    for element in block["elements"]:
        _element(element)


def _input(block: Json) -> None:
    _plain(block["label"], most=LABEL)
    if "hint" in block:
        _plain(block["hint"], most=LABEL)
    _element(block["element"])


def _element(element: Json) -> None:
    assert 0 < len(element.get("action_id", "x")) <= ID
    if "placeholder" in element:
        _plain(element["placeholder"], most=PLACEHOLDER)
    if element["type"] == "button":
        _button(element)
    options = list(_options(element))
    most = FEW_OPTIONS if element["type"] in {"checkboxes", "radio_buttons"} else OPTIONS
    assert len(options) <= most
    values = [option["value"] for option in options]
    assert len(set(values)) == len(values)
    for option in options:
        _text(option["text"]["text"], most=OPTION)
        _text(option["value"], most=OPTION_VALUE)
        if "description" in option:
            _text(option["description"]["text"], most=OPTION)
    if element["type"] == "plain_text_input":
        assert 1 <= element.get("max_length", 1) <= TEXT
        assert len(element.get("initial_value", "")) <= element.get("max_length", TEXT)
    if "confirm" in element:
        _confirm(element["confirm"])


def _button(button: Json) -> None:
    _plain(button["text"], most=BUTTON)
    assert len(button.get("value", "")) <= VALUE
    assert len(button.get("accessibility_label", "")) <= BUTTON
    assert button.get("style", "primary") in {"primary", "danger"}


def _confirm(confirm: Json) -> None:
    for part, most in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        _text(confirm[part]["text"], most=most)


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        _plain(group["label"], most=OPTION)
        yield from group["options"]


def _plain(text: Json, *, most: int) -> None:
    assert text["type"] == "plain_text"
    _text(text["text"], most=most)


def _mrkdwn(text: Json, *, most: int) -> None:
    assert text["type"] in {"mrkdwn", "plain_text"}
    _text(text["text"], most=most)


def _text(text: str, *, most: int) -> None:
    assert 0 < len(text) <= most, f"{len(text)} characters"


_CHECKS: Final[Mapping[str, Callable[[Json], None]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": lambda _block: None,
    "actions": _actions,
    "input": _input,
}
