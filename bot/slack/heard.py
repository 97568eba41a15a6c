"""Where Slack's payload dies: out comes what was said, by which account, under which command id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.directory.identities import ChatAccount
from core.directory.platforms import Platform

Payload = Mapping[str, Any]

_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The only characters that Slack escapes in what people type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """`command_id` is the one minted when a button was rendered, else the trigger id of a typed command.

    `replaces`: what comes of it takes the place of the message whose button was pressed.
    """

    text: str
    account: ChatAccount
    command_id: str
    response_url: str
    is_press: bool
    replaces: bool = False


def heard_command(payload: Payload) -> Heard:
    """A slash command. In form payloads the install flag is the text "true"."""
    is_org_wide = payload.get("is_enterprise_install") == "true"
    workspace = payload["enterprise_id"] if is_org_wide else payload["team_id"]
    return Heard(
        text=unescaped(payload.get("text", "")),
        account=ChatAccount(Platform.SLACK, workspace, payload["user_id"]),
        command_id=f"slack:{payload['trigger_id']}",
        response_url=payload["response_url"],
        is_press=False,
    )


def heard_press(payload: Payload) -> Heard:
    """A button of ours, whose value carries what to say and the minted id."""
    is_org_wide = payload.get("is_enterprise_install") is True
    workspace = payload["enterprise" if is_org_wide else "team"]["id"]
    value = json.loads(payload["actions"][0]["value"])
    return Heard(
        text=value["says"],
        account=ChatAccount(Platform.SLACK, workspace, payload["user"]["id"]),
        command_id=value["id"],
        response_url=payload["response_url"],
        is_press=True,
        replaces=not value.get("stays"),  # buttons of an earlier version do not say it
    )


def unescaped(text: str) -> str:
    """What the person typed; mentions and links keep their own angle brackets."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
