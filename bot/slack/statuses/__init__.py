"""Slack says that somebody's status has changed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.commands.chat_status import SaidStatus, take_status
from bot.slack.heard import Payload, unescaped
from bot.slack.leaving import workspace_of
from core.directory.identities import ChatAccount, Identity, WhoIsWho
from core.directory.platforms import Platform
from core.engine import Engine
from core.refusals import Refused

Next = Callable[[], Awaitable[BoltResponse]]

log = logging.getLogger(__name__)


def register(bolt: AsyncApp, engine: Engine, *, known: WhoIsWho) -> None:
    """Slack hears that we know when it is done, and says again what we did not hear, as in leaving.py.

    `known` knows linked accounts alone: thousands of statuses of others must not make us ask Slack who they are.
    """

    async def changed(body: dict[str, Any], next: Next) -> BoltResponse:  # noqa: A002  Bolt's name for it
        await _take(body, engine, known=known)
        return await next()

    bolt.event("user_status_changed", middleware=[changed])(_heard)


async def _heard() -> None:
    """It is done."""


async def _take(payload: Payload, engine: Engine, *, known: WhoIsWho) -> None:
    try:
        account = ChatAccount(Platform.SLACK, workspace_of(payload), str(payload["event"]["user"]["id"]))
        who = await known.who(account)
        said = said_status(payload, who)
    except Refused:
        return  # nobody's workspace, nobody's account, or somebody who has left
    except (KeyError, TypeError, ValueError) as error:
        log.warning("a status is not as Slack writes them: %s", type(error).__name__)
        return
    await take_status(said, engine)


def said_status(payload: Payload, who: Identity) -> SaidStatus:
    """What it says. Raises KeyError, TypeError, ValueError where it is none."""
    profile = payload["event"]["user"]["profile"]
    if not isinstance(profile, Mapping):
        raise TypeError("a profile is an object")
    return SaidStatus(
        organization_id=who.organization_id,
        user_id=who.user_id,
        platform=Platform.SLACK.value,
        event_id=payload["event_id"],
        text=unescaped(_text(profile, "status_text")),
        emoji=_text(profile, "status_emoji"),
        ends_at=_moment(profile.get("status_expiration")),
        said_at=datetime.fromtimestamp(payload["event_time"], UTC),
    )


def _text(profile: Payload, name: str) -> str:
    value = profile.get(name)
    return value if isinstance(value, str) else ""


def _moment(seconds: object) -> datetime | None:
    """Slack writes 0 for a status that stays."""
    if not isinstance(seconds, int) or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
