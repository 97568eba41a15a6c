"""How this house reaches Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, ClientTimeout

from alfred.settings import Settings
from core.notify.channel import Channel
from core.storage.database import Database
from core.storage.transaction import Clock

if TYPE_CHECKING:
    from bot.slack.workspaces import Workspaces

CALL_SECONDS: Final = 10
"""The longest that one call of the Web API may take."""


@asynccontextmanager
async def open_workspaces(settings: Settings) -> AsyncIterator[Workspaces | None]:
    """The installs; None without settings for Slack."""
    if settings.slack is None:
        yield None
        return
    from bot.slack.workspaces import OneWorkspace  # noqa: PLC0415  its SDK takes time that others need not pay

    async with ClientSession(timeout=ClientTimeout(total=CALL_SECONDS)) as session:
        yield OneWorkspace(settings.slack.bot_token.get_secret_value(), api_url=settings.slack.api_url, session=session)


def slack_channels(database: Database, workspaces: Workspaces | None, *, wall: Clock) -> tuple[Channel, ...]:
    """Messages to people, and the changes of those that show a request; both wait in the same lines."""
    from bot.slack.channel import SlackChannel  # noqa: PLC0415  see above
    from bot.slack.copies import SlackCopies  # noqa: PLC0415  see above
    from bot.slack.port import Port  # noqa: PLC0415  see above
    from bot.slack.workspaces import Unopened  # noqa: PLC0415  see above

    port = Port(workspaces or Unopened())
    return SlackChannel(database, port, wall=wall), SlackCopies(database, port)
