"""Slack's limits, checked by Slack's own models and by our table of what these do not check."""

from __future__ import annotations

import json
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

KNOWN = frozenset({"actions", "context", "divider", "header", "input", "section"})
INPUTS = frozenset(
    {"button", "checkboxes", "datepicker", "multi_users_select", "plain_text_input", "static_select", "users_select"}
)
TEXTS = {"button": 75, "header": 150, "mrkdwn": 3_000, "plain_text": 3_000}
LONGEST = {
    "action_id": 255,
    "block_id": 255,
    "callback_id": 255,
    "private_metadata": 3_000,
    "value": 2_000,
    "accessibility_label": 75,
}


def check_view(view: dict[str, Any]) -> None:
    """A modal or a Home. Raises AssertionError, SlackObjectFormationError."""
    View(**view).validate_json()
    assert len(json.dumps(view).encode()) <= 250_000
    check_blocks(view["blocks"], most=100)
    for name in ("title", "submit", "close"):
        assert len(view.get(name, {"text": ""})["text"]) <= 24
    if any(block["type"] == "input" for block in view["blocks"]):
        assert view["submit"]["text"]


def check_blocks(blocks: list[dict[str, Any]], *, most: int) -> None:
    """The blocks of a message or a view."""
    assert 0 < len(blocks) <= most
    named = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(named) == len(set(named))
    for block in blocks:
        assert block["type"] in KNOWN
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert len(block.get("fields", ())) <= 10
        assert all(len(item["text"]) <= 2_000 for item in block.get("fields", ()))
        assert 0 < len(block.get("elements", "x")) <= 25
        ids = [element["action_id"] for element in block.get("elements", ())]
        assert len(ids) == len(set(ids))
        _check_lengths(block)


def _check_lengths(part: object) -> None:
    if isinstance(part, list):
        for item in part:
            _check_lengths(item)
    if isinstance(part, dict):
        _check_part(part)
        _check_lengths(list(part.values()))


def _check_part(part: dict[str, Any]) -> None:
    for name, most in LONGEST.items():
        assert len(str(part.get(name, ""))) <= most
    if "options" in part:
        assert 0 < len(part["options"]) <= 100
        assert all(len(option["value"]) <= 150 and len(option["text"]["text"]) <= 75 for option in part["options"])
    if "element" in part:
        assert part["element"]["type"] in INPUTS
    if part.get("type") in TEXTS:
        text = part["text"]["text"] if isinstance(part["text"], dict) else part["text"]
        assert 0 < len(text) <= TEXTS[part["type"]]
