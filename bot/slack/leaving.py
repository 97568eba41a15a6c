"""Slack says that Alfred was removed from a workspace: what was kept of it is forgotten."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.heard import Payload, is_org_wide
from core.directory.identities import ChatAccount, WhoIsWho
from core.directory.platforms import Platform
from core.directory.remove_workspace import RemoveWorkspace
from core.engine import Engine
from core.refusals import Refused
from core.storage.transaction import Actor

log = logging.getLogger(__name__)


Next = Callable[[], Awaitable[BoltResponse]]


def register(bolt: AsyncApp, engine: Engine, *, owners: WhoIsWho, forget: Callable[[str], None]) -> None:
    """Both events come after an uninstall, in either order.

    Bolt acknowledges an event and then runs its listener. What must not be lost stands in front of the listener: Slack
    is told that we know when it is done, and repeats what it is not told.
    """

    async def left(body: dict[str, Any], next: Next) -> BoltResponse:  # noqa: A002  Bolt's name for it
        await _remove(body, engine, owners=owners, forget=forget)
        return await next()

    async def revoked(body: dict[str, Any], next: Next) -> BoltResponse:  # noqa: A002  as above
        # Members' own tokens are none of ours; without the bot's there is no install.
        if body["event"].get("tokens", {}).get("bot"):
            await _remove(body, engine, owners=owners, forget=forget)
        return await next()

    bolt.event("app_uninstalled", middleware=[left])(_known)
    bolt.event("tokens_revoked", middleware=[revoked])(_known)


async def _known() -> None:
    """It is done."""


def workspace_of(payload: Payload) -> str:
    """The workspace of an event, or the enterprise where the install is organization-wide."""
    authorizations = payload.get("authorizations") or [{}]
    is_for_all = is_org_wide(authorizations[0]) or is_org_wide(payload)
    workspace_id = (payload.get("enterprise_id") or authorizations[0].get("enterprise_id")) if is_for_all else None
    return str(workspace_id or payload["team_id"])


async def _remove(payload: Payload, engine: Engine, *, owners: WhoIsWho, forget: Callable[[str], None]) -> None:
    workspace_id = workspace_of(payload)
    try:
        organization_id = await owners.organization_of(ChatAccount(Platform.SLACK, workspace_id, external_id=""))
    except Refused:
        return  # nobody's: it was never linked, or this is the second of the two events
    await engine.run(
        RemoveWorkspace(
            id=f"slack:{payload['event_id']}",
            organization_id=organization_id,
            actor=Actor.system("slack"),
            platform=Platform.SLACK,
            workspace_id=workspace_id,
            happened_at=datetime.fromtimestamp(payload["event_time"], UTC),
        )
    )
    forget(workspace_id)
    log.info("removed from %s", workspace_id)
