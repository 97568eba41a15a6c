"""Who a Slack account belongs to, as far as Slack vouches for it: the confirmed address of a full member.

Guests, bots, people of other companies in shared channels and deactivated accounts have no address for us: an invited
guest must not get a colleague's balance because an administrator typed that colleague's address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.commands.vouching import NoWord, Vouching
from bot.slack.faults import said
from bot.slack.workspaces import NotInstalled, Workspaces
from core.directory.identities import ChatAccount, Identity, WhoIsWho
from core.engine import Engine

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
    """Implements WhoIsWho: the database, and for accounts it does not know what Slack vouches for."""

    def __init__(
        self, engine: Engine, *, identities: WhoIsWho, workspaces: Workspaces, now: Callable[[], datetime]
    ) -> None:
        self._identities: Final = identities
        self._workspaces: Final = workspaces
        self._vouching: Final = Vouching(engine, identities=identities, now=now)

    async def who(self, account: ChatAccount) -> Identity:
        """The person. Raises Refused, StorageUnavailable."""
        return await self._vouching.who(account, partial(self._asked, account))

    async def organization_of(self, account: ChatAccount) -> str:
        """The organization whose workspace it is. Raises Refused (UNKNOWN_ORGANIZATION), StorageUnavailable."""
        return await self._identities.organization_of(account)

    async def verified_email(self, account: ChatAccount) -> str | None:
        """The address Slack vouches for; None without one, or without Slack's answer. Raises StorageUnavailable."""
        return await self._vouching.email(account, partial(self._asked, account))

    async def _asked(self, account: ChatAccount) -> str | None:
        try:
            install = await self._workspaces.install(account.workspace_id)
            # A form, as Slack takes everywhere: who was asked about stays out of addresses, and of what logs them.
            answer = await install.client.api_call("users.info", data={"user": account.external_id})
            return vouched_for(answer["user"], workspace_id=account.workspace_id)
        except NotInstalled as nowhere:
            raise NoWord(str(nowhere)) from nowhere
        except SlackApiError as error:
            raise NoWord(said(error)) from error
        except (SlackClientError, ClientError, TimeoutError, OSError, KeyError, TypeError) as error:
            raise NoWord(type(error).__name__) from error


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
