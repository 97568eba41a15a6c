"""The workspaces that Alfred was installed in: their tokens at hand, and renewed before they end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import ClientSession

from bot.slack.install.oauth import OAuth, OAuthFailed
from bot.slack.workspaces import Install, NotInstalled, api_client
from core.directory.installs import Installs, StoredInstall, Tokens
from core.directory.platforms import Platform
from core.storage.faults import StorageUnavailable
from core.storage.retry import Pause
from core.storage.vault import Unsealable

KEPT_SECONDS: Final = 60.0
"""How long an install is believed without a look at the database."""
EARLY: Final = timedelta(hours=2)
"""Slack's tokens live for twelve hours; as long before their end they are renewed, by whoever comes first."""
ROUND_SECONDS: Final = 300.0
"""Between two looks for tokens that end."""
PATIENCE_SECONDS: Final = 1.5
"""How long a caller waits for the renewal of a token that has ended; an answer to a person has three seconds."""
_WAIT_SECONDS: Final = 0.25

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    install: Install
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The wall clock, the monotonic one in seconds, and how to wait."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    pause: Pause


class InstalledWorkspaces:
    """Implements Workspaces over the database. One per process."""

    def __init__(self, installs: Installs, oauth: OAuth, *, times: Times, api_url: str, session: ClientSession) -> None:
        self._installs: Final = installs
        self.oauth: Final = oauth
        self._times: Final = times
        self._api_url: Final = api_url
        self._session: Final = session
        self._kept: Final[dict[str, _Kept]] = {}
        self._renewing: Final[dict[str, asyncio.Task[None]]] = {}
        self._saving: Final[set[asyncio.Task[None]]] = set()

    async def install(self, workspace_id: str) -> Install:
        """From memory; once a minute from the database; from Slack only when the token has ended.

        Raises NotInstalled, StorageUnavailable.
        """
        kept = self._kept.get(workspace_id)
        if kept is not None and self._times.monotonic() < kept.until:
            return kept.install
        stored = await self._stored(workspace_id)
        return await self._ended(stored) if self._has_ended(stored) else self._keep(stored)

    def forget(self, workspace_id: str) -> None:
        """It was installed anew, or removed."""
        self._kept.pop(workspace_id, None)

    async def keep_fresh(self) -> None:
        """Renew what ends soon, for ever."""
        while True:
            try:
                await self.renew_ending()
            except StorageUnavailable as away:
                log.warning("Slack's tokens cannot be looked through: %s", away.code)
            await self._times.pause(ROUND_SECONDS)

    async def renew_ending(self) -> None:
        """Renew every token that ends within two hours. Raises StorageUnavailable."""
        for workspace_id in await self._installs.ending(Platform.SLACK, before=self._times.now() + EARLY):
            try:
                stored = await self._stored(workspace_id)
            except NotInstalled:
                continue
            await asyncio.wait({self._renewing.get(workspace_id) or self._started(stored, self._renew_if_ours(stored))})

    async def close(self) -> None:
        """Wait for renewals under way, and for tokens that are still to be written down."""
        under_way = self._saving | set(self._renewing.values())
        if under_way:
            await asyncio.wait(under_way, timeout=KEPT_SECONDS)

    async def _ended(self, stored: StoredInstall) -> Install:
        """What follows a token that has ended; that token itself when Slack does not answer in time."""
        workspace_id = stored.workspace_id
        renewing = self._renewing.get(workspace_id) or self._started(stored, self._renew_or_wait(stored))
        await asyncio.wait({renewing}, timeout=PATIENCE_SECONDS)
        kept = self._kept.get(workspace_id)
        return self._keep(stored) if kept is None else kept.install

    def _started(self, stored: StoredInstall, renewing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task of its own: whoever waits may be cancelled, but a refresh token that was sent is used up."""
        task = asyncio.create_task(renewing, name="Slack token")
        self._renewing[stored.workspace_id] = task
        task.add_done_callback(lambda _: self._renewing.pop(stored.workspace_id, None))
        return task

    async def _renew_if_ours(self, stored: StoredInstall) -> None:
        """Long before the end there is nothing to wait for."""
        try:
            await self._renew(stored)
        except StorageUnavailable as away:
            log.warning("the token of %s could not be renewed: %s", stored.workspace_id, away.code)

    async def _renew_or_wait(self, stored: StoredInstall) -> None:
        """Renew it, or read what another process made of it, once that is written."""
        fresh = stored
        try:
            while fresh.generation == stored.generation and not await self._renew(fresh):
                await self._times.pause(_WAIT_SECONDS)
                fresh = await self._stored(stored.workspace_id)
        except NotInstalled as gone:
            log.info("no token to renew: %s", gone)
        except StorageUnavailable as away:
            log.warning("the token of %s could not be renewed: %s", stored.workspace_id, away.code)
        if fresh.generation != stored.generation:
            self._keep(fresh)

    async def _stored(self, workspace_id: str) -> StoredInstall:
        try:
            stored = await self._installs.find(Platform.SLACK, workspace_id)
        except Unsealable:
            log.exception("the token of %s does not open with this secret key; install it again", workspace_id)
            raise NotInstalled(workspace_id) from None
        if stored is None:
            raise NotInstalled(workspace_id)
        return stored

    async def _renew(self, stored: StoredInstall) -> bool:
        """Whether there is nothing to wait for: it is renewed, or cannot be. False while another process does it."""
        refresh_token = stored.tokens.refresh_token
        if refresh_token is None:
            return True
        if not await self._installs.lease(stored, now=self._times.now()):
            return False
        try:
            tokens = await self.oauth.renew(refresh_token)
        except OAuthFailed as error:
            log.error("the token of %s could not be renewed: %s", stored.workspace_id, error)  # noqa: TRY400  no trace
            await self._installs.give_back(stored)
            return True
        self._keep(replace(stored, tokens=tokens, generation=stored.generation + 1))
        await self._save(stored, tokens)
        return True

    async def _save(self, stored: StoredInstall, tokens: Tokens) -> None:
        """The former refresh token is used up: what followed must not be lost because the database is away."""
        try:
            await self._installs.renewed(stored, tokens)
        except StorageUnavailable:
            log.warning("the new token of %s waits for the database", stored.workspace_id)
            saving = asyncio.create_task(self._save_later(stored, tokens), name="Slack token")
            self._saving.add(saving)
            saving.add_done_callback(self._saving.discard)

    async def _save_later(self, stored: StoredInstall, tokens: Tokens) -> None:
        while True:
            await self._times.pause(1)
            try:
                await self._installs.renewed(stored, tokens)
            except StorageUnavailable:
                continue
            return

    def _has_ended(self, stored: StoredInstall) -> bool:
        ends = stored.tokens.expires_at
        return ends is not None and ends <= self._times.now()

    def _keep(self, stored: StoredInstall) -> Install:
        token, ends = stored.tokens.token, stored.tokens.expires_at
        client = api_client(token, api_url=self._api_url, session=self._session)
        install = Install(client, token, bot_user_id=stored.bot_user_id)
        left = KEPT_SECONDS if ends is None else (ends - self._times.now()).total_seconds()
        self._kept[stored.workspace_id] = _Kept(install, self._times.monotonic() + min(KEPT_SECONDS, left))
        return install
