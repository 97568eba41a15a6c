"""The Slack front end on our own aiohttp application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult

from bot.commands.office import Office
from bot.delivering.late import Late
from bot.slack import actions, commands, forms, homes, leaving, others, statuses
from bot.slack.delivering import Delivering
from bot.slack.desk import Desk
from bot.slack.endpoint import Endpoint
from bot.slack.home import Home
from bot.slack.incoming import Incoming
from bot.slack.late import UNTIL_ACKNOWLEDGED, Patience
from bot.slack.members import Members
from bot.slack.port import Port
from bot.slack.windows import Windows
from bot.slack.workspaces import NotInstalled, Workspaces
from core.directory.platforms import Platform
from core.storage.faults import StorageUnavailable

PATH: Final = "/slack/events"
AUTHORIZE_SECONDS: Final = 0.5
"""Out of the three that an answer has."""
UNUSED: Final = "unused"
"""Bolt takes no app without a secret, although the endpoint, or the socket, has checked whose request it is."""

log = logging.getLogger(__name__)


class SlackApp:
    """Bolt with our listeners, and the endpoint in front of it where requests come over HTTP."""

    def __init__(self, bolt: AsyncApp, desk: Desk, *, incoming: Incoming, endpoint: Endpoint | None) -> None:
        self.bolt: Final = bolt
        self.desk: Final = desk
        self.incoming: Final = incoming
        self.endpoint: Final = endpoint

    def add_to(self, app: web.Application) -> None:
        """Answer `POST /slack/events` there, with a signing secret; on shutdown what is under way is finished first."""
        if self.endpoint is not None:
            app.router.add_post(PATH, self.endpoint.serve)
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        await self.desk.close()


def slack_app(
    *,
    office: Office,
    workspaces: Workspaces,
    signing_secret: str | None,
    now: Callable[[], datetime],
    patience: Patience = UNTIL_ACKNOWLEDGED,
) -> SlackApp:
    """The front end for one Slack app; without a signing secret it is reached by Socket Mode alone.

    `now` is the wall clock.
    """
    bolt = AsyncApp(
        logger=log,
        signing_secret=signing_secret or UNUSED,
        authorize=partial(_authorize, workspaces),
        request_verification_enabled=False,  # the endpoint has done it, on the raw body
        ssl_check_enabled=False,  # so too
    )
    statuses.register(bolt, office.engine, known=office.identities)
    members = Members(office.engine, identities=office.identities, workspaces=workspaces, now=now)
    office, windows = replace(office, identities=members), Windows(workspaces)
    home = Home(office, windows)
    delivering = Delivering(office, windows, port=Port(workspaces))
    desk = Desk(office, delivering=delivering, home=home, late=Late(office, Platform.SLACK, now=now), patience=patience)
    commands.register(bolt, desk)
    actions.register(bolt, desk)
    forms.register(bolt, desk)
    homes.register(bolt, desk, home)
    leaving.register(bolt, office.engine, owners=members, forget=workspaces.forget)
    others.register(bolt, desk)
    incoming = Incoming(bolt)
    endpoint = None if signing_secret is None else Endpoint(incoming, signing_secret=signing_secret, now=now)
    return SlackApp(bolt, desk, incoming=incoming, endpoint=endpoint)


async def _authorize(workspaces: Workspaces, context: AsyncBoltContext) -> AuthorizeResult:
    """Without a token where Alfred is not installed, or nobody can say in time: answering takes none."""
    team_id, enterprise_id = context.team_id, context.enterprise_id
    try:
        key = enterprise_id if context.is_enterprise_install else team_id
        async with asyncio.timeout(AUTHORIZE_SECONDS):
            install = await workspaces.install(key or "")
    except (NotInstalled, StorageUnavailable, TimeoutError):
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
    return AuthorizeResult(
        enterprise_id=enterprise_id,
        team_id=team_id,
        bot_token=install.bot_token,
        bot_user_id=install.bot_user_id,
    )
