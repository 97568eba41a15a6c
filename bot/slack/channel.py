"""Slack for the channels "slack" and "slack_copies": direct messages, and their changes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivering.transport import Note, Stands
from bot.replies.reply import Reply
from bot.slack.finding import Finding
from bot.slack.port import Port, Posted
from bot.slack.rendering import content
from core.directory.platforms import Platform
from core.notify.channel import NobodyThere
from core.notify.reaching import Address, addresses_of, linked_among, sought_among
from core.storage.database import Database

SLACK: Final = Platform.SLACK.value


class SlackTransport:
    """Direct messages to people whose Slack account is linked, or found by their address when there is news."""

    platform: Final = Platform.SLACK

    def __init__(self, database: Database, port: Port, finding: Finding) -> None:
        self._database: Final = database
        self._port: Final = port
        self._finding: Final = finding

    async def reached(
        self, connection: AsyncConnection, organization_id: str, *, people: Sequence[str]
    ) -> Sequence[str]:
        """Those who have an account there, and those who may have one."""
        linked = await linked_among(connection, organization_id, platform=SLACK, people=people)
        others = [person for person in people if person not in linked]
        found = await sought_among(connection, organization_id, platform=SLACK, people=others)
        return tuple(person for person in people if person in linked or person in found)

    async def tell(self, note: Note) -> Stands:
        """Post it to the first of their accounts that is still there. Raises NobodyThere, Undelivered."""
        found = await addresses_of(self._database, note.organization_id, platform=SLACK, user_id=note.recipient_id)
        for linked in found[:-1]:
            with suppress(NobodyThere):
                return await self._tell(note.reply, to=linked)
        to = found[-1] if found else await self._finding.address_of(note.organization_id, note.recipient_id)
        if to is None:
            raise NobodyThere("no Slack account is linked")
        return await self._tell(note.reply, to=to)

    async def _tell(self, reply: Reply, *, to: Address) -> Stands:
        posted = await self._port.to_person(to.workspace_id, to.external_id, body=content(reply))
        return Stands(workspace_id=to.workspace_id, conversation_id=posted.channel_id, message_id=posted.ts)

    async def change(self, organization_id: str, stands: Stands, *, reply: Reply) -> None:
        """Put another in its place. Raises NobodyThere, Undelivered."""
        del organization_id
        at = Posted(stands.conversation_id, stands.message_id)
        await self._port.change(stands.workspace_id, at, body=content(reply))
