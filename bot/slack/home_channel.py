"""The channel "slack_home": the Home of everybody whom an event concerns shows how it stands now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.transport import PATIENCE
from bot.slack.channel import SLACK
from bot.slack.home import Home
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform
from core.notify.channel import Event, Message, NobodyThere
from core.notify.message_copies import copies_in
from core.notify.reaching import address_of, linked_among
from core.notify.request_now import changed_request
from core.notify.retrying import Schedule, doubling
from core.storage.database import Database
from core.storage.retry import Pause

MOMENT_SECONDS: Final = 1.0


class SlackHome:
    """Publishes a moment later, once for all that happened by then.

    A page that is lost, or that Slack does not take, is shown when it is opened next: nothing is tried again.
    """

    name: Final = "slack_home"
    schedule: Final[Schedule] = doubling(first=timedelta(seconds=5), longest=timedelta(seconds=5), tries=2)
    patience: Final = PATIENCE

    def __init__(self, database: Database, home: Home, *, pause: Pause = asyncio.sleep) -> None:
        self._database: Final = database
        self._home: Final = home
        self._pause: Final = pause
        self._soon: Final[dict[ChatAccount, asyncio.Task[None]]] = {}

    async def recipients(self, connection: AsyncConnection, event: Event, *, people: Sequence[str]) -> Sequence[str]:
        """Who hears of it, who is named in it, and who was asked for a decision that it ends or passes on."""
        named = [value for value in event.payload.values() if isinstance(value, str) and value.startswith("usr_")]
        asked: list[str] = []
        request_id = changed_request(event.type, event.payload)
        if request_id is not None:
            copies = await copies_in(connection, organization_id=event.organization_id, request_id=request_id)
            asked = [copy.user_id for copy in copies if copy.user_id]
        concerned = tuple(dict.fromkeys((*people, *named, *asked)))
        return await linked_among(connection, event.organization_id, platform=SLACK, people=concerned)

    async def deliver(self, message: Message) -> None:
        """It is shown in a moment, how it stands by then."""
        to = await address_of(self._database, message.organization_id, platform=SLACK, user_id=message.recipient_id)
        if to is None:
            raise NobodyThere("no Slack account is linked any more")
        account = ChatAccount(Platform.SLACK, to.workspace_id, to.external_id)
        if account not in self._soon:
            self._soon[account] = asyncio.create_task(self._show(account), name="show a Home in Slack")

    async def _show(self, account: ChatAccount) -> None:
        await self._pause(MOMENT_SECONDS)
        del self._soon[account]
        await self._home.show(account)
