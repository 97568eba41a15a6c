"""Where an activity dies: out comes what a person did, who they are, and where an answer goes.

Nothing in here is authority: what a card sends back was in somebody else's hands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from bot.teams.mentions import typed_text
from bot.teams.viewing import REFRESH
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform

Activity = Mapping[str, Any]


class Kind(StrEnum):
    """What somebody did."""

    SAID = "said"
    """Typed a message, or pressed a button of a client that knows no Universal Actions."""
    PRESSED = "pressed"
    """A button of a card: the answer takes the card's place for who pressed."""
    REFRESHED = "refreshed"
    """Their client asks for their own view of a card; nobody did anything."""
    OPENED = "opened"
    """Wants a dialog."""
    SUBMITTED = "submitted"
    """Sent a dialog."""
    MET = "met"
    """Added the bot."""
    LEFT = "left"
    """Took the bot away."""
    OTHER = "other"
    """Nothing that is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where messages go: everything that a proactive one needs. `kind` is personal, groupChat or channel."""

    tenant_id: str
    conversation_id: str
    service_url: str
    bot_id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """One thing that one person did. `teams_id` is how Teams names them within cards (`29:…`)."""

    kind: Kind
    activity_id: str
    account: ChatAccount
    teams_id: str
    name: str
    conversation: Conversation
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    reply_to_id: str | None = None
    is_invoke: bool = False


class NotUnderstood(Exception):
    """The activity has not the shape that Teams gives it."""


_INVOKES: Final[Mapping[str, Kind]] = {"task/fetch": Kind.OPENED, "task/submit": Kind.SUBMITTED}


def heard(activity: Activity) -> InboundEvent:
    """What happened. Raises NotUnderstood."""
    try:
        kind = _kind(activity)
        sender, conversation = activity["from"], activity["conversation"]
        tenant_id = _tenant(activity)
        return InboundEvent(
            kind=kind,
            activity_id=_text(activity.get("id") or ""),
            account=ChatAccount(Platform.TEAMS, tenant_id, _text(sender.get("aadObjectId") or sender["id"])),
            teams_id=_text(sender["id"]),
            name=_text(sender.get("name") or ""),
            conversation=Conversation(
                tenant_id=tenant_id,
                conversation_id=_text(conversation["id"]),
                service_url=_text(activity["serviceUrl"]),
                bot_id=_text(activity["recipient"]["id"]),
                kind=_text(conversation.get("conversationType") or "personal"),
            ),
            text=typed_text(activity),
            data=_data(activity, kind),
            reply_to_id=activity.get("replyToId"),
            is_invoke=activity.get("type") == "invoke",
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(type(error).__name__) from error


def _kind(activity: Activity) -> Kind:
    match activity.get("type"), activity.get("name"):
        case "message", _:
            return Kind.SAID
        case "invoke", "adaptiveCard/action":
            return _pressed_or_refreshed(activity["value"])
        case "invoke", str(name) if name in _INVOKES:
            return _INVOKES[name]
        case "installationUpdate", _:
            return Kind.LEFT if str(activity.get("action", "")).startswith("remove") else Kind.MET
        case "conversationUpdate", _:
            added = activity.get("membersAdded") or ()
            return Kind.MET if activity["recipient"]["id"] in [member["id"] for member in added] else Kind.OTHER
    return Kind.OTHER


def _pressed_or_refreshed(value: Mapping[str, Any]) -> Kind:
    """A client refreshes by itself, or when somebody tells it to; nothing is done by that, whatever it carries."""
    is_refresh = value.get("trigger") == "automatic" or value["action"].get("verb") == REFRESH
    return Kind.REFRESHED if is_refresh else Kind.PRESSED


def _data(activity: Activity, kind: Kind) -> Mapping[str, Any]:
    """What the card sent: inputs arrive as texts, whatever they look like."""
    value = activity.get("value")
    if not isinstance(value, dict):
        return {}
    if kind in {Kind.PRESSED, Kind.REFRESHED}:
        data = value["action"].get("data", {})
    else:
        data = value.get("data", {}) if kind in {Kind.OPENED, Kind.SUBMITTED} else value
    return data if isinstance(data, dict) else {}


def _tenant(activity: Activity) -> str:
    conversation = activity["conversation"]
    return _text(conversation.get("tenantId") or activity["channelData"]["tenant"]["id"])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
