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
    JOINED = "joined"
    """The bot is there; another event says whether somebody has just added it."""
    LEFT = "left"
    """Took the bot away."""
    OTHER = "other"
    """Nothing that is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where messages go: everything that a proactive one needs. `kind` is personal, groupChat or channel; where Teams
    does not say it, others may read along.
    """

    tenant_id: str
    conversation_id: str
    service_url: str
    bot_id: str
    kind: str


def thread_of(conversation: Conversation) -> str:
    """The id of the whole conversation: within a channel's thread Teams appends which one it is."""
    return conversation.conversation_id.partition(_THREAD)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """One thing that one person did. `teams_id` is how Teams names them within cards (`29:…`)."""

    kind: Kind
    activity_id: str
    account: ChatAccount
    teams_id: str
    conversation: Conversation
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    is_invoke: bool = False
    activity: Activity = field(default_factory=dict, repr=False)
    """As it came, for whoever has to hear it again."""


class NotUnderstood(Exception):
    """The activity has not the shape that Teams gives it; says where."""


_THREAD: Final = ";messageid="
OTHERS_READ: Final = "groupChat"
_INVOKES: Final[Mapping[str, Kind]] = {"task/fetch": Kind.OPENED, "task/submit": Kind.SUBMITTED}


def heard(activity: Activity) -> InboundEvent:
    """What happened. Raises NotUnderstood."""
    kind = _kind(activity)
    sender, conversation = _part(activity, "from"), _part(activity, "conversation")
    tenant_id, teams_id = _tenant(activity), _text(sender, "id")
    return InboundEvent(
        kind=kind,
        activity_id=_text(activity, "id") if kind is Kind.SAID else _text_or(activity, "id", otherwise=""),
        account=ChatAccount(Platform.TEAMS, tenant_id, _text_or(sender, "aadObjectId", otherwise=teams_id)),
        teams_id=teams_id,
        conversation=Conversation(
            tenant_id=tenant_id,
            conversation_id=_text(conversation, "id"),
            service_url=_text(activity, "serviceUrl"),
            bot_id=_text(_part(activity, "recipient"), "id"),
            kind=_text_or(conversation, "conversationType", otherwise=OTHERS_READ),
        ),
        text=typed_text(activity),
        data=_data(activity, kind),
        is_invoke=activity.get("type") == "invoke",
        activity=activity,
    )


def _kind(activity: Activity) -> Kind:
    match activity.get("type"), activity.get("name"):
        case "message", _:
            return Kind.SAID
        case "invoke", "adaptiveCard/action":
            return _pressed_or_refreshed(activity)
        case "invoke", str(name) if name in _INVOKES:
            return _INVOKES[name]
        case "installationUpdate", _:
            return _INSTALLED.get(str(activity.get("action")), Kind.OTHER)
        case "conversationUpdate", _:
            return Kind.JOINED if _is_added(activity) else Kind.OTHER
    return Kind.OTHER


_INSTALLED: Final[Mapping[str, Kind]] = {
    "add": Kind.MET,
    "add-upgrade": Kind.JOINED,
    "remove": Kind.LEFT,
}
"""Every installation is told by `installationUpdate`, in every scope and again after a removal; `conversationUpdate`
comes beside it or not at all, so that only the former is greeted. An upgrade is a removal and an addition.
"""


def _is_added(activity: Activity) -> bool:
    added, bot_id = activity.get("membersAdded"), _text(_part(activity, "recipient"), "id")
    return isinstance(added, list) and any(isinstance(member, dict) and member.get("id") == bot_id for member in added)


def _pressed_or_refreshed(activity: Activity) -> Kind:
    """A client refreshes by itself, or when somebody tells it to; nothing is done by that, whatever it carries."""
    value = _dict(activity.get("value"))
    is_refresh = value.get("trigger") == "automatic" or _dict(value.get("action")).get("verb") == REFRESH
    return Kind.REFRESHED if is_refresh else Kind.PRESSED


def _data(activity: Activity, kind: Kind) -> Mapping[str, Any]:
    """What the card sent, which may be of any shape: inputs arrive as texts, whatever they look like."""
    value = _dict(activity.get("value"))
    if kind in {Kind.PRESSED, Kind.REFRESHED}:
        return _dict(_dict(value.get("action")).get("data"))
    return _dict(value.get("data")) if kind in {Kind.OPENED, Kind.SUBMITTED} else value


def _tenant(activity: Activity) -> str:
    """The gate has seen that it is ours, wherever it is named."""
    conversation = _part(activity, "conversation")
    if conversation.get("tenantId"):
        return _text(conversation, "tenantId")
    tenant = _part(activity, "channelData").get("tenant")
    return tenant if isinstance(tenant, str) else _text(_dict(tenant), "id")


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(of.get(name), dict):
        raise NotUnderstood(f"“{name}” is missing")
    part: Mapping[str, Any] = of[name]
    return part


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"“{name}” is no text")
    return value


def _text_or(of: Mapping[str, Any], name: str, *, otherwise: str) -> str:
    return _text(of, name) if of.get(name) else otherwise
