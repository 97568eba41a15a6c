"""Opening and changing Slack's windows and Homes. What Slack does not take is logged, and said to be so.

Nothing waits or repeats here: a trigger lives for three seconds.
"""

from __future__ import annotations

import logging
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.views import View
from bot.slack.workspaces import NotInstalled, Workspaces
from core.directory.identities import ChatAccount
from core.storage.faults import StorageUnavailable

log = logging.getLogger(__name__)


class Windows:
    """By workspace."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces: Final = workspaces

    async def open(self, account: ChatAccount, *, trigger_id: str, view: View) -> str | None:
        """Open a window; its id, or None when Slack did not let it open."""
        answer = await self._call(account, "views.open", {"trigger_id": trigger_id, "view": view})
        return None if answer is None else str((answer.get("view") or {}).get("id", ""))

    async def change(self, account: ChatAccount, *, view_id: str, view: View) -> bool:
        """Put something else into a window; False when it is closed."""
        return await self._call(account, "views.update", {"view_id": view_id, "view": view}) is not None

    async def publish(self, account: ChatAccount, *, view: View, hash_: str | None) -> bool:
        """Put it on the person's Home. With the hash of what they see, nothing newer is overwritten."""
        call = {"user_id": account.external_id, "view": view} | ({"hash": hash_} if hash_ else {})
        return await self._call(account, "views.publish", call) is not None

    async def _call(self, account: ChatAccount, method: str, call: dict[str, Any]) -> dict[str, Any] | None:
        try:
            install = await self._workspaces.install(account.workspace_id)
            answer = await install.client.api_call(method, json=call)
        except SlackApiError as error:
            log.warning("Slack did not take %s: %s", method, _code(error))
            return None
        except (
            NotInstalled,
            StorageUnavailable,
            aiohttp.ClientError,
            OSError,
            TimeoutError,
            SlackClientError,
            AttributeError,  # the SDK's, over an answer that is no JSON object
        ) as error:
            log.warning("%s did not reach Slack: %s", method, type(error).__name__)
            return None
        return answer.data if isinstance(answer.data, dict) else {}


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", error.response)
    return str(data.get("error"))[:100] if isinstance(data, dict) else "no code"
