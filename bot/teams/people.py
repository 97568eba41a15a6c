"""Who speaks in Teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.commands.last_resort import away_reply
from bot.commands.link import code_answer
from bot.commands.office import Office, Speaker
from bot.commands.vouching import NoWord
from bot.replies.reply import Reply
from bot.replies.strangers import stranger_reply
from bot.teams.heard import Conversation, InboundEvent, thread_of
from bot.teams.members import Members
from bot.teams.port import ChatPort
from bot.teams.strangers import unsure_reply
from core.directory.platforms import Platform
from core.notify.conversations import KnownConversation, mark_unreachable, remember_conversation
from core.notify.reaching import accounts_of
from core.refusals import Because, Refusal, Refused
from core.storage.database import Database
from core.storage.faults import StorageUnavailable

PERSONAL: Final = "personal"
CHANNEL: Final = "channel"


class People:
    """Finds out who somebody is, and remembers where they can be written to. `wall` is the wall clock."""

    def __init__(self, office: Office, database: Database, *, port: ChatPort, wall: Callable[[], datetime]) -> None:
        self._office: Final = office
        self._database: Final = database
        self._members: Final = Members(office.engine, identities=office.identities, port=port, now=wall)
        self._wall: Final = wall

    async def speaker(self, event: InboundEvent, *, command_id: str, said: str = "") -> Speaker | Reply:
        """The person; else what a stranger is told, who may show a one-time code."""
        try:
            who = await self._members.who(event)
            await remember_conversation(self._database, _known(event, who.organization_id), wall=self._wall())
        except Refused as refused:
            return await self._to_stranger(refused.refusal, event, command_id=command_id, said=said)
        except NoWord:
            return await self._linked(event, command_id=command_id, said=said) or unsure_reply()
        except StorageUnavailable as away:
            return away_reply(away)
        return Speaker(
            organization_id=who.organization_id,
            user_id=who.user_id,
            platform=Platform.TEAMS.value,
            workspace_id=event.account.workspace_id,
            command_id=command_id,
            room_id=thread_of(event.conversation) if event.conversation.kind == CHANNEL else "",
        )

    async def meant(self, event: InboundEvent, said: str) -> str:
        """What was said, with colleagues as the verbs look them up."""
        if "<@" not in said:
            return said
        try:
            return await self._members.with_accounts(said, event.conversation)
        except StorageUnavailable:
            return said  # the verb finds it out, too, and says so

    async def _to_stranger(self, refusal: Refusal, event: InboundEvent, *, command_id: str, said: str) -> Reply:
        linked = None
        if refusal.because is Because.UNKNOWN_USER:
            linked = await self._linked(event, command_id=command_id, said=said)
        return linked or stranger_reply(refusal, event.account)

    async def _linked(self, event: InboundEvent, *, command_id: str, said: str) -> Reply | None:
        """What is answered to a one-time code; None when nobody showed one."""
        return await code_answer(said, event.account, command_id=command_id, office=self._office)

    async def accounts(self, event: InboundEvent, people: Sequence[str]) -> Mapping[str, str]:
        """The accounts of people of ours in the tenant of who asks: user id -> object id."""
        if not people:
            return {}
        account = event.account
        try:
            who = await self._office.identities.who(account)
            return await accounts_of(
                self._database,
                who.organization_id,
                platform=Platform.TEAMS.value,
                workspace_id=account.workspace_id,
                people=people,
            )
        except (Refused, StorageUnavailable):
            return {}  # then nobody is filled in

    async def lost(self, event: InboundEvent) -> None:
        """The bot was taken away from where this happened."""
        try:
            who = await self._office.identities.who(event.account)
            await mark_unreachable(self._database, _known(event, who.organization_id), wall=self._wall())
        except (Refused, StorageUnavailable):
            return  # nothing was known of them, or the next message there finds it out


def _known(event: InboundEvent, organization_id: str) -> KnownConversation:
    conversation: Conversation = event.conversation
    is_personal = conversation.kind == PERSONAL
    return KnownConversation(
        organization_id=organization_id,
        platform=Platform.TEAMS.value,
        workspace_id=conversation.tenant_id,
        conversation_id=thread_of(conversation),
        kind=conversation.kind,
        external_id=event.account.external_id if is_personal else None,
        member_id=event.teams_id if is_personal else None,
        service_url=conversation.service_url,
        bot_id=conversation.bot_id,
    )
