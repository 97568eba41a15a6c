"""One process of Alfred's that people install into Slack workspaces, and the browser of one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from secrets import token_bytes
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import select

from bot.slack.install.installed import InstalledWorkspaces, Times
from bot.slack.install.links import InstallLink
from bot.slack.install.oauth import AppCredentials, OAuth
from bot.slack.install.pages import InstallPages, Secrets
from core.directory.install_states import InstallStates
from core.directory.installs import Installs
from core.storage.tables import audit_events, chat_identities, chat_installs, chat_workspaces
from core.storage.vault import Vault
from tests.company import Company
from tests.edges.slack_site import CLIENT_ID, CLIENT_SECRET, SlackSite, granted

LINK_KEY = b"l" * 32


VAULT_KEY = b"v" * 32


GRID: dict[str, Any] = {
    "team": None,
    "enterprise": {"id": "E0ACME", "name": "Acme Group"},
    "is_enterprise_install": True,
}


@dataclass
class Server:
    """One process of Alfred's, and the browser of somebody who installs it."""

    company: Company
    api: SlackSite
    url: str
    browser: ClientSession
    workspaces: InstalledWorkspaces

    def link(self, company: Company | None = None, *, by: str = "operator:root", **more: Any) -> str:  # noqa: ANN401
        """An install link for an organization, good for two days."""
        link = InstallLink(
            organization_id=(company or self.company).id,
            actor_id=by,
            workspace_id=more.get("workspace"),
            expires_at=self.company.clock.now() + timedelta(days=2),
        )
        return f"/slack/install?link={link.signed(more.get('key', LINK_KEY))}"

    async def opens(self, path: str, *, browser: ClientSession | None = None) -> tuple[int, str]:
        """Follow a link wherever it leads; the last page's status and text."""
        async with (browser or self.browser).get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def sent_to(self, path: str) -> str:
        """The address to which the browser would go."""
        async with self.browser.get(self.url + path, allow_redirects=False) as answer:
            assert answer.status == 302
            return answer.headers["Location"]

    async def installs(self, workspace: str = "T0ACME", name: str = "Acme HQ", **more: Any) -> tuple[int, str]:  # noqa: ANN401
        """The whole way, with what Slack grants."""
        self.api.codes["code-secret"] = granted(workspace, name, **more)
        return await self.opens(self.link())


@asynccontextmanager
async def server(company: Company, api: SlackSite, *, is_https: bool = False) -> AsyncIterator[Server]:
    """One process over a company's database. Every look at its monotonic clock is a minute later."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    credentials = AppCredentials(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uri=f"{url}/slack/oauth_redirect"
    )
    ticks, names = count(), count(1)
    async with ClientSession() as session:
        oauth = OAuth(credentials, api_url=f"{api.url}/api", session=session, now=company.clock.now)
        installs = Installs(company.database, Vault(VAULT_KEY, random_bytes=token_bytes))
        times = Times(now=company.clock.now, monotonic=lambda: next(ticks) * 61.0, pause=at_once)
        workspaces = InstalledWorkspaces(installs, oauth, times=times, api_url=f"{api.url}/api", session=session)
        pages = InstallPages(
            company.engine,
            states=InstallStates(company.database),
            installs=installs,
            workspaces=workspaces,
            oauth=oauth,
            secrets=Secrets(link_key=LINK_KEY, new_secret=lambda: f"random-{next(names)}"),
            now=company.clock.now,
            is_https=is_https,
        )
        app = web.Application()
        pages.add_to(app)
        async with TestServer(app, port=port), new_browser() as browser:
            yield Server(company, api, url, browser, workspaces)
        await workspaces.close()


def new_browser() -> ClientSession:
    """One that keeps cookies, also those of an address without a name."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))


async def at_once(_seconds: float) -> None:
    """A pause that takes no time."""
    await asyncio.sleep(0)


async def stored(company: Company) -> list[dict[str, Any]]:
    """Every install, as the database has it."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(select(chat_installs).order_by(chat_installs.c.workspace_id))
        return [dict(row) for row in found.mappings()]


async def everything(company: Company) -> list[Any]:
    """What an installation may write."""
    async with company.database.snapshot() as connection:
        tables = (chat_installs, chat_workspaces, chat_identities, audit_events)
        return [(await connection.execute(select(table))).all() for table in tables]
