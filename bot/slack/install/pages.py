"""`GET /slack/install` and `GET /slack/oauth_redirect`: from a signed link through Slack to an installed workspace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.slack.install import words
from bot.slack.install.installed import InstalledWorkspaces
from bot.slack.install.links import INSTALL_PATH, REDIRECT_PATH, BadLink, ExpiredLink, InstallLink, read_link
from bot.slack.install.oauth import Granted, OAuth, OAuthFailed
from bot.slack.install.words import Page
from core.directory.install_states import LIFE, Begun, InstallStates
from core.directory.install_workspace import InstallWorkspace
from core.directory.installs import Installs
from core.directory.platforms import Platform
from core.engine import Engine
from core.refusals import Because, Refused
from core.storage.faults import StorageUnavailable
from core.storage.transaction import Actor, ActorKind

COOKIE: Final = "alfred-slack-install"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """`link_key` signs links; `new_secret` makes 256 random bits as text for URLs and cookies."""

    link_key: bytes = field(repr=False)
    new_secret: Callable[[], str]


class InstallPages:
    """The two pages. `now` is the wall clock; `is_https` whether browsers reach them over https."""

    def __init__(
        self,
        engine: Engine,
        *,
        states: InstallStates,
        installs: Installs,
        workspaces: InstalledWorkspaces,
        oauth: OAuth,
        secrets: Secrets,
        now: Callable[[], datetime],
        is_https: bool,
    ) -> None:
        self._engine: Final = engine
        self._states: Final = states
        self._installs: Final = installs
        self._workspaces: Final = workspaces
        self._oauth: Final = oauth
        self._secrets: Final = secrets
        self._now: Final = now
        self._is_https: Final = is_https

    def add_to(self, app: web.Application) -> None:
        """Answer there. No HEAD: looking at an address must not use it up."""
        app.router.add_get(INSTALL_PATH, self.begin, allow_head=False)
        app.router.add_get(REDIRECT_PATH, self.finish, allow_head=False)

    async def begin(self, request: web.Request) -> web.Response:
        """Send the browser of whoever has a link to Slack."""
        now = self._now()
        try:
            link = read_link(request.query.get("link", ""), self._secrets.link_key, now=now)
            return await self._sent_to_slack(link, now=now)
        except BadLink:
            return self._shown(words.NO_LINK)
        except ExpiredLink:
            return self._shown(words.OLD_LINK)
        except StorageUnavailable:
            return self._shown(words.AWAY)

    async def finish(self, request: web.Request) -> web.Response:
        """Take up what was begun, once, and only in the browser where it began."""
        state, cookie = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        try:
            begun = await self._states.take(state=state, cookie=cookie, now=self._now())
            page = words.BAD_STATE if begun is None else await self._finished(request, begun)
        except StorageUnavailable:
            page = words.AWAY
        shown = self._shown(page)
        shown.del_cookie(COOKIE, path="/slack")
        return shown

    async def _sent_to_slack(self, link: InstallLink, *, now: datetime) -> web.Response:
        begun = Begun(organization_id=link.organization_id, actor_id=link.actor_id, workspace_id=link.workspace_id)
        state, cookie = self._secrets.new_secret(), self._secrets.new_secret()
        await self._states.begin(begun, state=state, cookie=cookie, now=now)
        there = self._oauth.agree_at(state=state, workspace_id=link.workspace_id)
        answer = web.Response(status=302, headers={**self._headers(), "Location": there})
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(LIFE.total_seconds()),
            path="/slack",
            secure=self._is_https,
            httponly=True,
            samesite="Lax",  # Slack sends the browser back from its own site
        )
        return answer

    async def _finished(self, request: web.Request, begun: Begun) -> Page:
        if "code" not in request.query:
            return words.CANCELLED
        try:
            granted = await self._oauth.exchange(request.query["code"])
            if begun.workspace_id not in {None, granted.workspace_id}:
                return words.OTHER_WORKSPACE
            return await self._installed(granted, begun)
        except OAuthFailed as error:
            log.warning("an installation failed at Slack: %s", error)
            return words.failed(str(error))
        except Refused as refused:
            log.warning("an installation was refused: %s", refused.refusal.because.value)
            return words.FOREIGN if refused.refusal.because is Because.NAME_TAKEN else words.NOT_ALLOWED

    async def _installed(self, granted: Granted, begun: Begun) -> Page:
        sealed = self._installs.seal(
            granted.tokens,
            organization_id=begun.organization_id,
            platform=Platform.SLACK,
            workspace_id=granted.workspace_id,
        )
        await self._engine.run(
            InstallWorkspace(
                id=self._engine.new_id("cmd"),
                organization_id=begun.organization_id,
                actor=_actor(begun.actor_id),
                platform=Platform.SLACK,
                workspace_id=granted.workspace_id,
                name=granted.name,
                is_org_wide=granted.is_org_wide,
                bot_user_id=granted.bot_user_id,
                scopes=granted.scopes,
                tokens=sealed,
                installed_at=self._now(),
            )
        )
        self._workspaces.forget(granted.workspace_id)
        log.info("installed in %s for %s", granted.workspace_id, begun.organization_id)
        where = {"app": granted.app_id} | ({} if granted.is_org_wide else {"team": granted.workspace_id})
        return words.installed(granted.name, open_url=f"https://slack.com/app_redirect?{urlencode(where)}")

    def _shown(self, page: Page) -> web.Response:
        return web.Response(status=page.status, text=page.html, content_type="text/html", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        hsts = {"Strict-Transport-Security": "max-age=31536000"} if self._is_https else {}
        return {**words.HEADERS, **hsts}


def _actor(actor_id: str) -> Actor:
    """Whose link it was; the engine asks again whether they may."""
    kind, _, name = actor_id.rpartition(":")
    return Actor.operator(name) if kind == ActorKind.OPERATOR.value else Actor.user(actor_id)
