"""Who a Slack account belongs to, as far as Slack vouches for it: the confirmed address of a full member.

Guests, bots, people of other companies in shared channels and deactivated accounts have no address for us: an invited
guest must not get a colleague's balance because an administrator typed that colleague's address.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.faults import said
from bot.slack.workspaces import NotInstalled, Workspaces
from core.directory.identities import ChatAccount, Identity, WhoIsWho
from core.directory.link_identity import LinkIdentity
from core.engine import Engine
from core.refusals import Because, Refused
from core.storage.transaction import Actor

KEPT: Final = timedelta(minutes=5)
"""How long Slack's word is believed: who becomes a guest, or leaves, is one within five minutes."""
REMEMBERED: Final = 10_000

log = logging.getLogger(__name__)

NOT_OURS: Final = (
    "deleted",
    "is_bot",
    "is_workflow_bot",
    "is_connector_bot",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "is_invited_user",
)
"""What a full member is not (docs.slack.dev, "User object")."""


class Members:
    """Implements WhoIsWho: the database, and for accounts it does not know what Slack vouches for.

    Whoever is found by a vouched address is linked, so that Slack is asked once, and Alfred can write to them.
    """

    def __init__(
        self, engine: Engine, *, identities: WhoIsWho, workspaces: Workspaces, now: Callable[[], datetime]
    ) -> None:
        self._engine: Final = engine
        self._identities: Final = identities
        self._workspaces: Final = workspaces
        self._now: Final = now
        self._known: Final[OrderedDict[tuple[str, str], tuple[str | None, datetime]]] = OrderedDict()

    async def who(self, account: ChatAccount) -> Identity:
        """The person. Raises Refused, StorageUnavailable."""
        try:
            return await self._identities.who(account)
        except Refused as refused:
            if refused.refusal.because is not Because.UNKNOWN_USER:
                raise
            email = await self.verified_email(account)
            if email is None:
                raise
        found = await self._identities.who(replace(account, verified_email=email))
        return await self._linked(found, account)

    async def organization_of(self, account: ChatAccount) -> str:
        """The organization whose workspace it is. Raises Refused (UNKNOWN_ORGANIZATION), StorageUnavailable."""
        return await self._identities.organization_of(account)

    async def verified_email(self, account: ChatAccount) -> str | None:
        """The address Slack vouches for; None without one, or without Slack's answer. Raises StorageUnavailable."""
        key = (account.workspace_id, account.external_id)
        known = self._known.get(key)
        if known is not None and self._now() < known[1]:
            return known[0]
        try:
            install = await self._workspaces.install(account.workspace_id)
            answer = await install.client.users_info(user=account.external_id)
            email = vouched_for(answer["user"], workspace_id=account.workspace_id)
        except NotInstalled:
            return None
        except SlackApiError as error:
            log.warning("Slack does not say who %s is: %s", account.external_id, said(error))
            return None
        except (SlackClientError, ClientError, TimeoutError, OSError, KeyError, TypeError) as error:
            log.warning("Slack does not say who %s is: %s", account.external_id, type(error).__name__)
            return None
        self._known[key] = (email, self._now() + KEPT)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return email

    async def _linked(self, found: Identity, account: ChatAccount) -> Identity:
        try:
            await self._engine.run(
                LinkIdentity(
                    id=self._engine.new_id("cmd"),
                    organization_id=found.organization_id,
                    actor=Actor.user(found.user_id),
                    user_id=found.user_id,
                    platform=account.platform,
                    workspace_id=account.workspace_id,
                    external_id=account.external_id,
                )
            )
        except Refused as refused:
            # In the same moment somebody else was linked to this account, by a code.
            log.info("%s is not linked: %s", account.external_id, refused.refusal.because.value)
            return await self._identities.who(account)
        return replace(found, is_linked=True)


def vouched_for(user: Mapping[str, Any], *, workspace_id: str) -> str | None:
    """The address of a full member of that workspace, or enterprise. Raises TypeError where Slack's answer is none."""
    if any(user.get(mark) for mark in NOT_OURS) or user.get("is_email_confirmed") is False:
        return None
    if workspace_id not in _homes(user):
        return None
    email = user["profile"].get("email")
    return email if isinstance(email, str) else None


def _homes(user: Mapping[str, Any]) -> set[object]:
    """Where somebody is a member: the workspace, and on Enterprise Grid the enterprise and all its workspaces."""
    grid = user.get("enterprise_user") or {}
    return {user.get("team_id"), grid.get("enterprise_id"), *grid.get("teams", ())} - {None}
