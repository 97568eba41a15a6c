"""Where Alfred is installed: the Web API client for a workspace."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient


class NotInstalled(Exception):
    """Alfred has no token for this workspace: it was never installed there, or has been removed."""

    def __init__(self, workspace_id: str) -> None:
        super().__init__(f"Alfred is not installed in {workspace_id}")
        self.workspace_id: Final = workspace_id


@dataclass(frozen=True, slots=True)
class Install:
    """An install. `client` retries nothing by itself; `bot_user_id` is None where Slack has not said it."""

    client: AsyncWebClient = field(repr=False)
    bot_token: str = field(repr=False)
    bot_user_id: str | None


class Workspaces(Protocol):
    """The installs of one Slack app, by the id of the workspace, or of the enterprise where it is organization-wide."""

    async def install(self, workspace_id: str) -> Install:
        """Raises NotInstalled, StorageUnavailable."""
        ...

    def forget(self, workspace_id: str) -> None:
        """What is kept of it in memory is of the past: it was installed anew, or removed."""
        ...


class OneWorkspace:
    """One bot token, for whichever workspace it is asked; Slack refuses it where it does not belong."""

    def __init__(self, bot_token: str, *, api_url: str, session: ClientSession) -> None:
        client = api_client(bot_token, api_url=api_url, session=session)
        self._install: Final = Install(client, bot_token, bot_user_id=None)

    async def install(self, workspace_id: str) -> Install:
        """Asks nobody: a call here would come out of the three seconds that an answer has."""
        del workspace_id
        return self._install

    def forget(self, workspace_id: str) -> None:
        """The token is not ours to forget: it stands in the settings."""


class Unopened:
    """For a process that turns events into deliveries and brings none of them to Slack."""

    async def install(self, workspace_id: str) -> Install:
        """Nowhere."""
        raise NotInstalled(workspace_id)

    def forget(self, workspace_id: str) -> None:
        """There is nothing."""


def api_client(token: str | None, *, api_url: str, session: ClientSession) -> AsyncWebClient:
    """A client on the shared session, whose time limit holds.

    It has no retries: the SDK's own repeat a post whose answer was lost, and sleep where a form has to open at once.
    """
    return AsyncWebClient(
        token=token, base_url=f"{api_url.rstrip('/')}/", session=session, retry_handlers=[], logger=quiet()
    )


def quiet() -> logging.Logger:
    """For Slack's own clients: when they debug, they write down tokens, codes and what people type."""
    logger = logging.getLogger(f"{__name__}.client")
    logger.setLevel(logging.WARNING)
    return logger
