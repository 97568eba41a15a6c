"""The parts of installing into many workspaces, put together from the settings."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Final

from aiohttp import ClientSession

from alfred.clocks import WallClock
from alfred.setting_groups import Slack
from alfred.wiring import House
from bot.slack.install.installed import InstalledWorkspaces, Times
from bot.slack.install.links import LINK_KEY, REDIRECT_PATH
from bot.slack.install.oauth import AppCredentials, OAuth
from bot.slack.install.pages import InstallPages, Secrets
from core.directory.install_states import InstallStates
from core.directory.installs import Installs
from core.storage.vault import Vault

CHAT_TOKENS: Final = "chat-tokens"
"""The purpose of the derived key under which chat platforms' tokens are sealed."""


def installs_of(house: House) -> Installs:
    """The installs, with what opens their tokens."""
    vault = Vault(house.settings.derived_key(CHAT_TOKENS), random_bytes=secrets.token_bytes)
    return Installs(house.database, vault)


def installed_workspaces(house: House, slack: Slack, *, session: ClientSession) -> InstalledWorkspaces:
    """The installs of this house."""
    return InstalledWorkspaces(
        installs_of(house),
        _oauth(slack, session),
        times=Times(now=WallClock().now, monotonic=time.monotonic, pause=asyncio.sleep),
        api_url=slack.api_url,
        session=session,
    )


def install_pages(house: House, slack: Slack, *, workspaces: InstalledWorkspaces) -> InstallPages:
    """The pages of whoever installs it."""
    assert slack.public_url is not None, "it belongs to the client id"
    return InstallPages(
        house.engine,
        states=InstallStates(house.database),
        installs=installs_of(house),
        workspaces=workspaces,
        oauth=workspaces.oauth,
        secrets=Secrets(link_key=house.settings.derived_key(LINK_KEY), new_secret=secrets.token_urlsafe),
        now=WallClock().now,
        is_https=slack.public_url.startswith("https://"),
    )


def _oauth(slack: Slack, session: ClientSession) -> OAuth:
    assert slack.client_id is not None, "asked for only with an install page"
    assert slack.client_secret is not None, "they belong together"
    app = AppCredentials(
        client_id=slack.client_id,
        client_secret=slack.client_secret.get_secret_value(),
        redirect_uri=f"{slack.public_url}{REDIRECT_PATH}",
    )
    return OAuth(app, api_url=slack.api_url, session=session, now=WallClock().now)
