"""People whom the database does not know yet: by the address that their platform vouches for, asked for once."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.directory.identities import ChatAccount, Identity, WhoIsWho
from core.directory.link_identity import LinkIdentity
from core.engine import Engine
from core.refusals import Because, Refused
from core.storage.transaction import Actor

KEPT: Final = timedelta(minutes=5)
"""How long the platform's word is believed: who becomes a guest, or leaves, is one within five minutes."""
REMEMBERED: Final = 10_000

Ask = Callable[[], Awaitable[str | None]]
"""Asks the platform: the address of a full member, None for everybody else. Raises NoWord."""

log = logging.getLogger(__name__)


class NoWord(Exception):
    """The platform did not say; it is asked again the next time."""


class Vouching:
    """Whoever is found by a vouched address is linked, so that the platform is asked once, and Alfred can write to
    them. `now` is the wall clock.
    """

    def __init__(self, engine: Engine, *, identities: WhoIsWho, now: Callable[[], datetime]) -> None:
        self._engine: Final = engine
        self._identities: Final = identities
        self._now: Final = now
        self._known: Final[OrderedDict[tuple[str, str], tuple[str | None, datetime]]] = OrderedDict()

    async def who(self, account: ChatAccount, ask: Ask) -> Identity:
        """The person. Raises Refused, StorageUnavailable."""
        try:
            return await self._identities.who(account)
        except Refused as refused:
            if refused.refusal.because is not Because.UNKNOWN_USER:
                raise
            email = await self.email(account, ask)
            if email is None:
                raise
        found = await self._identities.who(replace(account, verified_email=email))
        return await self._linked(found, account)

    async def email(self, account: ChatAccount, ask: Ask) -> str | None:
        """The address the platform vouches for; None without one, or without its answer."""
        key = (account.workspace_id, account.external_id)
        known = self._known.get(key)
        if known is not None and self._now() < known[1]:
            return known[0]
        try:
            email = await ask()
        except NoWord as why:
            log.warning("%s does not say who %s is: %s", account.platform.value, account.external_id, why)
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
