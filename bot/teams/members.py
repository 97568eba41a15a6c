"""Who a Teams account belongs to, as far as the tenant vouches for it: the address of a member of its own.

Guests and people of other tenants have no address for us: an invited guest must not get a colleague's balance because
an administrator typed that colleague's address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from bot.commands.vouching import NoWord, Vouching
from bot.teams.heard import Conversation, InboundEvent
from bot.teams.port import Barred, ChatPort, Unsent
from core.directory.identities import ChatAccount, Identity, WhoIsWho
from core.directory.platforms import Platform
from core.engine import Engine
from core.refusals import Refused

MEMBER: Final = "user"
"""The role of those who belong to the tenant; others are guests, or anonymous."""
MOST_MENTIONS: Final = 20
_MENTIONED: Final = re.compile(r"<@([A-Za-z0-9:._-]{1,200})")
GUEST_MARK: Final = "#ext#"
"""What Entra writes into the name of an account that is at home elsewhere."""


class Members:
    """Finds people by their accounts, and accounts by the ids that mentions have. `now` is the wall clock."""

    def __init__(self, engine: Engine, *, identities: WhoIsWho, port: ChatPort, now: Callable[[], datetime]) -> None:
        self._identities: Final = identities
        self._port: Final = port
        self._vouching: Final = Vouching(engine, identities=identities, now=now)

    async def who(self, event: InboundEvent) -> Identity:
        """Who did it. Raises Refused, StorageUnavailable; NoWord where only Teams could say it, and does not."""
        silent: list[NoWord] = []

        async def ask() -> str | None:
            try:
                return _email(await self._looked_up(event.conversation, event.teams_id), event.account)
            except NoWord as why:
                silent.append(why)
                raise

        try:
            return await self._vouching.who(event.account, ask)
        except Refused:
            if silent and not isinstance(silent[0].__cause__, Barred):
                raise silent[0] from None
            raise

    async def with_accounts(self, text: str, conversation: Conversation) -> str:
        """A text whose mentions name accounts: Teams writes ids of its own into them. Whom the tenant vouches for is
        known from then on; whom nobody knows stays as they are. Raises StorageUnavailable.
        """
        ids = list(dict.fromkeys(_MENTIONED.findall(text)))[:MOST_MENTIONS]
        accounts = {found: await self._account_id(found, conversation) for found in ids}
        return _MENTIONED.sub(lambda found: f"<@{accounts.get(found[1], found[1])}", text)

    async def _account_id(self, mentioned: str, conversation: Conversation) -> str:
        tenant_id = conversation.tenant_id
        try:
            await self._identities.who(ChatAccount(Platform.TEAMS, tenant_id, mentioned))
            return mentioned
        except Refused:
            pass
        try:
            member = await self._looked_up(conversation, mentioned)
        except NoWord:
            return mentioned
        account = ChatAccount(Platform.TEAMS, tenant_id, _object_id(member) or mentioned)

        async def ask() -> str | None:
            return _email(member, account)

        with suppress(Refused):  # nobody here: the verb says so
            await self._vouching.who(account, ask)
        return account.external_id

    async def _looked_up(self, conversation: Conversation, member_id: str) -> Mapping[str, Any]:
        try:
            return await self._port.member(conversation, member_id)
        except Unsent as fault:
            raise NoWord(fault.why) from fault


def _email(member: Mapping[str, Any], account: ChatAccount) -> str | None:
    return vouched_for(member, tenant_id=account.workspace_id, external_id=account.external_id)


def vouched_for(member: Mapping[str, Any], *, tenant_id: str, external_id: str) -> str | None:
    """The address of a member of that tenant; None for everybody else, and where Teams tells less than it should."""
    name = _text(member, "userPrincipalName")
    if member.get("userRole") != MEMBER or member.get("tenantId") != tenant_id or GUEST_MARK in name.casefold():
        return None
    if _object_id(member) != external_id:
        return None
    return _text(member, "email") or name or None


def _text(member: Mapping[str, Any], key: str) -> str:
    value = member.get(key)
    return value if isinstance(value, str) else ""


def _object_id(member: Mapping[str, Any]) -> str:
    return _text(member, "aadObjectId") or _text(member, "objectId")
