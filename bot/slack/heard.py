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

    `replaces`: what comes of it takes the place of the message whose button was pressed. A window opens with the
    trigger, once and within three seconds. `view_id` is the window that was pressed in; where there was neither a
    message nor a window, it was Home, and `response_url` is empty.
    """

    text: str
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
    """A slash command. In form payloads the install flag is the text "true"."""
    is_org_wide = payload.get("is_enterprise_install") == "true"
    workspace = payload["enterprise_id"] if is_org_wide else payload["team_id"]
    return Heard(
        text=unescaped(payload.get("text", "")),
        account=ChatAccount(Platform.SLACK, workspace, payload["user_id"]),
        command_id=f"slack:{payload['trigger_id']}",
        response_url=payload["response_url"],
        is_press=False,
        trigger_id=payload["trigger_id"],
        room_id=_room(payload.get("channel_id", "")),
    )


def _room(channel_id: str) -> str:
    """Direct messages begin with a D; those of several people cannot be joined."""
    return channel_id if channel_id.startswith(("C", "G")) else ""


def heard_press(payload: Payload) -> Heard:
    """A button of ours, whose value carries what to say and the minted id."""
    value = json.loads(payload["actions"][0]["value"])
    view = payload.get("view") or {}
    trigger_id, stays = payload["trigger_id"], bool(value.get("stays"))  # earlier buttons do not say it
    return Heard(
        text=value["says"],
        account=presser(payload),
        # What only asks for more may be pressed again and mean something else.
        command_id=f"slack:{trigger_id}" if stays else value["id"],
        response_url=payload.get("response_url", ""),
        is_press=True,
        trigger_id=trigger_id,
        replaces=not stays,
        view_id=view["id"] if view.get("type") == "modal" else None,
    )


def presser(payload: Payload) -> ChatAccount:
    """Who pressed a button or sent a window off."""
    is_org_wide = payload.get("is_enterprise_install") is True
    workspace = payload["enterprise" if is_org_wide else "team"]["id"]
    return ChatAccount(Platform.SLACK, workspace, payload["user"]["id"])


def opener(payload: Payload) -> ChatAccount:
    """Who opened Home. An installation of the whole organization is known by its enterprise."""
    installed: Payload = next(iter(payload.get("authorizations") or ()), {})
    is_org_wide = installed.get("is_enterprise_install") is True
    workspace = installed["enterprise_id"] if is_org_wide else payload["team_id"]
    return ChatAccount(Platform.SLACK, workspace, payload["event"]["user"])


def unescaped(text: str) -> str:
    """What the person typed; mentions and links keep their own angle brackets."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
