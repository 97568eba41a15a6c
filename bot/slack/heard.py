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

MALFORMED: Final = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What reading a payload of another shape raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """`text` is None where a button says nothing that we know: it is of another version.

    `command_id` is the one minted when a button was rendered, else the trigger id of a typed command.

    `replaces`: what comes of it takes the place of the message whose button was pressed. A window opens with the
    trigger, once and within three seconds. `view_id` is the window that was pressed in; where there was neither a
    message nor a window, it was Home, and `response_url` is empty.
    """

    text: str | None
    account: ChatAccount
    command_id: str
    response_url: str
    is_press: bool
    trigger_id: str
    replaces: bool = False
    view_id: str | None = None
    room_id: str = ""
    """The channel where a command was typed; empty where that was a direct message."""

    @property
    def is_home(self) -> bool:
        """Whether a button of Home was pressed."""
        return not self.response_url and self.view_id is None


def heard_command(payload: Payload) -> Heard:
    """A slash command."""
    workspace = payload["enterprise_id"] if is_org_wide(payload) else payload["team_id"]
    trigger_id = text_of(payload["trigger_id"])
    return Heard(
        text=unescaped(text_of(payload.get("text", ""))),
        account=_account(workspace, payload["user_id"]),
        command_id=f"slack:{trigger_id}",
        response_url=text_of(payload["response_url"]),
        is_press=False,
        trigger_id=trigger_id,
        room_id=_room(text_of(payload.get("channel_id", ""))),
    )


def _room(channel_id: str) -> str:
    """Direct messages begin with a D; those of several people cannot be joined."""
    return channel_id if channel_id.startswith(("C", "G")) else ""


def heard_press(payload: Payload) -> Heard:
    """A button of ours, whose value carries what to say and the minted id."""
    view = payload.get("view") or {}
    trigger_id = text_of(payload["trigger_id"])
    asked_by_trigger = f"slack:{trigger_id}"
    try:
        text, command_id, stays = _value(payload["actions"][0]["value"])
    except MALFORMED:
        text, command_id, stays = None, asked_by_trigger, True
    return Heard(
        text=text,
        account=presser(payload),
        # What only asks for more may be pressed again and mean something else.
        command_id=asked_by_trigger if stays else command_id,
        response_url=text_of(payload.get("response_url") or ""),
        is_press=True,
        trigger_id=trigger_id,
        replaces=not stays,
        view_id=view["id"] if view.get("type") == "modal" else None,
    )


def _value(value: str) -> tuple[str, str, bool]:
    """What a button says, its command id, and whether it stays; earlier buttons do not say the last."""
    drawn = json.loads(value)
    return text_of(drawn["says"]), text_of(drawn["id"]), bool(drawn.get("stays"))


def presser(payload: Payload) -> ChatAccount:
    """Who pressed a button or sent a window off."""
    workspace = payload["enterprise" if is_org_wide(payload) else "team"]["id"]
    return _account(workspace, payload["user"]["id"])


def opener(payload: Payload) -> ChatAccount:
    """Who opened Home. An installation of the whole organization is known by its enterprise."""
    installed: Payload = next(iter(payload.get("authorizations") or ()), {})
    workspace = installed["enterprise_id"] if is_org_wide(installed) else payload["team_id"]
    return _account(workspace, payload["event"]["user"])


def is_org_wide(payload: Payload) -> bool:
    """Whether the install is the whole enterprise's. In forms it is the text "true", in JSON it may be either."""
    return payload.get("is_enterprise_install") in {True, "true"}


def text_of(value: object) -> str:
    """A text. Raises TypeError for everything else."""
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _account(workspace_id: object, user_id: object) -> ChatAccount:
    return ChatAccount(Platform.SLACK, text_of(workspace_id), text_of(user_id))


def unescaped(text: str) -> str:
    """What the person typed; mentions and links keep their own angle brackets."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
