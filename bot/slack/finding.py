"""Colleagues who never spoke to Alfred in Slack: found by their own address when the first notice for them is due.

What Slack says of an address is worth as much as what it says of an account (members.py): a confirmed address of a full
member of that workspace, in one of the organization's own domains, that exactly one person here has. They are linked
then, so that Slack is asked once; whom it does not know is asked about again an hour later.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.commands.vouching import Vouching
from bot.slack.members import vouched_for
from bot.slack.port import Port
from core.directory.identities import ChatAccount, WhoIsWho
from core.directory.platforms import Platform
from core.engine import Engine
from core.notify.channel import NobodyThere, Undelivered
from core.notify.reaching import Address, Sought, sought
from core.refusals import Refused

KEPT: Final = timedelta(hours=1)
"""How long nobody is asked again about who is not there: Slack allows 50 such questions a minute."""
REMEMBERED: Final = 10_000

_NOT_ALLOWED: Final = "missing_scope"
"""Installed without `users:read.email`: then everybody needs a code."""


class Finding:
    """Looks people up in the organization's own workspaces. `now` is the wall clock."""

    def __init__(self, engine: Engine, port: Port, *, identities: WhoIsWho, now: Callable[[], datetime]) -> None:
        self._engine: Final = engine
        self._port: Final = port
        self._vouching: Final = Vouching(engine, identities=identities, now=now)
        self._now: Final = now
        self._absent: Final[OrderedDict[tuple[str, str], datetime]] = OrderedDict()

    async def address_of(self, organization_id: str, user_id: str) -> Address | None:
        """Where somebody was found, and is linked by now. Raises Undelivered, StorageUnavailable."""
        person = (organization_id, user_id)
        until = self._absent.get(person)
        if until is not None and self._now() < until:
            return None
        there = await self._sought(organization_id, user_id)
        if there is None:
            self._remember(person)
        return there

    async def _sought(self, organization_id: str, user_id: str) -> Address | None:
        platform = Platform.SLACK.value
        found = await sought(self._engine.database, organization_id, platform=platform, user_id=user_id)
        if found is None:
            return None
        for workspace_id in found.workspaces:
            address = await self._in(workspace_id, found, user_id=user_id)
            if address is not None:
                return address
        return None

    async def _in(self, workspace_id: str, person: Sought, *, user_id: str) -> Address | None:
        member = await self._asked(workspace_id, person.email)
        if member is None:
            return None
        email, account_id = vouched_for(member, workspace_id=workspace_id), member.get("id")
        if not isinstance(account_id, str) or email is None or email.strip().lower() != person.email:
            return None
        account = ChatAccount(Platform.SLACK, workspace_id, account_id)

        async def as_slack_says() -> str | None:
            return email

        try:
            who = await self._vouching.who(account, as_slack_says)
        except Refused:
            return None
        return Address(workspace_id, account_id) if who.user_id == user_id else None

    async def _asked(self, workspace_id: str, email: str) -> Mapping[str, Any] | None:
        """Slack's member with that address. Raises Undelivered."""
        try:
            member = await self._port.member(workspace_id, email)
        except NobodyThere:
            return None
        except Undelivered as fault:
            if fault.reason.endswith(_NOT_ALLOWED):
                return None
            raise
        return member if isinstance(member, Mapping) and isinstance(member.get("profile"), Mapping) else None

    def _remember(self, person: tuple[str, str]) -> None:
        self._absent[person] = self._now() + KEPT
        while len(self._absent) > REMEMBERED:
            self._absent.popitem(last=False)
