"""Installing into many workspaces: from the link to the token at rest, its renewal, and its end."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from secrets import token_bytes
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import select, update
from yarl import URL

from alfred.cli.manifest import for_socket_mode
from bot.slack.install.installed import InstalledWorkspaces, Times
from bot.slack.install.links import InstallLink
from bot.slack.install.oauth import AppCredentials, OAuth
from bot.slack.install.pages import COOKIE, InstallPages, Secrets
from bot.slack.workspaces import NotInstalled
from core.directory.identities import ChatAccount
from core.directory.install_states import InstallStates
from core.directory.installs import Installs, StoredInstall, Tokens
from core.directory.link_identity import LinkIdentity
from core.directory.platforms import Platform
from core.storage.faults import StorageUnavailable
from core.storage.tables import audit_events, chat_identities, chat_installs, chat_workspaces, install_states
from core.storage.vault import Vault
from tests.company import Company, found_rival
from tests.edges.slack_side import Slack, slack_side
from tests.edges.slack_site import CLIENT_ID, CLIENT_SECRET, SlackSite, granted, slack_site
from tests.talking import office_of

LINK_KEY = b"l" * 32
VAULT_KEY = b"v" * 32
JSON = "application/json"
ACCOUNT = ChatAccount(Platform.SLACK, "T0ACME", "U0ALICE")
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
        times = Times(now=company.clock.now, monotonic=lambda: next(ticks) * 61.0, pause=_at_once)
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


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
async def api() -> AsyncIterator[SlackSite]:
    async with slack_site() as running:
        yield running


@pytest.fixture
async def alfred(company: Company, api: SlackSite) -> AsyncIterator[Server]:
    """On each of the two databases."""
    async with server(company, api) as running:
        yield running


@pytest.fixture
async def on_sqlite(sqlite_company: Company, api: SlackSite) -> AsyncIterator[Server]:
    async with server(sqlite_company, api) as running:
        yield running


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


# --------------------------------------------------------------------------- from the link to the token


async def test_whoever_has_a_link_installs_it_and_reads_what_comes_next(alfred: Server) -> None:
    status, page = await alfred.installs(name="Acme <b>HQ</b>")
    assert (status, "<h1>Alfred is in Acme &lt;b&gt;HQ&lt;/b&gt;</h1>" in page) == (200, True)
    assert "<code>/alfred balance</code>" in page
    assert "https://slack.com/app_redirect?app=A0ALFRED&amp;team=T0ACME" in page
    install = await alfred.workspaces.install("T0ACME")
    assert (install.bot_token, install.bot_user_id) == ("xoxe.xoxb-secret-T0ACME-1", "U0BOT")
    [row] = await stored(alfred.company)
    assert (row["organization_id"], row["name"], row["scopes"]) == (
        alfred.company.id,
        "Acme <b>HQ</b>",
        "commands,chat:write",
    )
    assert row["expires_at"] == alfred.company.clock.now() + timedelta(hours=12)
    assert "secret" not in json.dumps(row, default=str)
    assert await office_of(alfred.company).identities.organization_of(ACCOUNT) == alfred.company.id


async def test_slack_is_asked_for_the_scopes_of_the_manifest_and_sends_the_browser_back_here(on_sqlite: Server) -> None:
    there = URL(await on_sqlite.sent_to(on_sqlite.link(workspace="T0ACME")))
    assert there.path == "/oauth/v2/authorize"
    assert dict(there.query) == {
        "client_id": CLIENT_ID,
        "scope": ",".join(for_socket_mode()["oauth_config"]["scopes"]["bot"]),
        "user_scope": "",
        "redirect_uri": f"{on_sqlite.url}/slack/oauth_redirect",
        "state": "random-1",
        "team": "T0ACME",
    }


async def test_what_is_kept_of_a_state_does_not_give_it_away(on_sqlite: Server) -> None:
    await on_sqlite.sent_to(on_sqlite.link())
    async with on_sqlite.company.database.snapshot() as connection:
        [row] = (await connection.execute(select(install_states))).all()
    assert "random" not in str(row)


async def test_the_cookie_and_the_pages_are_for_this_browser_alone(sqlite_company: Company, api: SlackSite) -> None:
    async with server(sqlite_company, api, is_https=True) as alfred:
        async with alfred.browser.get(alfred.url + alfred.link(), allow_redirects=False) as sent:
            cookie = sent.headers["Set-Cookie"]
        assert cookie == f"{COOKIE}=random-2; HttpOnly; Max-Age=600; Path=/slack; SameSite=Lax; Secure"
        async with alfred.browser.get(f"{alfred.url}/slack/install") as page:
            headers = page.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")


async def test_an_install_for_the_whole_enterprise_is_known_by_its_enterprise(alfred: Server) -> None:
    status, page = await alfred.installs("E0ACME", **GRID)
    assert (status, "Alfred is in Acme Group" in page) == (200, True)
    assert (await alfred.workspaces.install("E0ACME")).bot_token == "xoxe.xoxb-secret-E0ACME-1"
    assert [(row["workspace_id"], row["is_org_wide"]) for row in await stored(alfred.company)] == [("E0ACME", True)]
    with pytest.raises(NotInstalled):
        await alfred.workspaces.install("T0ACME")


async def test_installing_again_takes_the_place_of_the_first(alfred: Server) -> None:
    await alfred.installs()
    again = {"access_token": "xoxe.xoxb-secret-T0ACME-7", "refresh_token": "xoxe-1-secret-T0ACME-7"}
    assert (await alfred.installs(**again))[0] == 200
    assert (await alfred.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-7"
    assert [row["generation"] for row in await stored(alfred.company)] == [2]


# --------------------------------------------------------------------------- what is refused


async def test_a_state_is_good_once_in_its_own_browser_and_for_ten_minutes(alfred: Server) -> None:
    before = await everything(alfred.company)
    back = "/slack/oauth_redirect?code=code-secret&state="
    alfred.api.codes["code-secret"] = granted("T0ACME")
    await alfred.sent_to(alfred.link())
    async with new_browser() as stranger:
        assert (await alfred.opens(back + "random-1", browser=stranger))[0] == 400
    assert (await alfred.opens(back + "random-2"))[0] == 400
    assert (await alfred.opens("/slack/oauth_redirect"))[0] == 400
    await alfred.sent_to(alfred.link())
    alfred.company.clock.advance(minutes=10)
    assert (await alfred.opens(back + "random-3"))[0] == 400
    assert alfred.api.asked == []
    assert await everything(alfred.company) == before
    await alfred.sent_to(alfred.link())
    assert (await alfred.opens(back + "random-5"))[0] == 200
    alfred.api.codes["code-secret"] = granted("T0ACME")
    assert (await alfred.opens(back + "random-5"))[0] == 400
    assert alfred.api.asked == ["oauth.v2.access"]


async def test_without_a_link_of_this_server_nobody_begins(on_sqlite: Server) -> None:
    good = on_sqlite.link()
    forged = [on_sqlite.link(key=b"f" * 32), good[:-4] + "AAAA", "/slack/install", "/slack/install?link=x.y.z"]
    for link in forged:
        status, page = await on_sqlite.opens(link)
        assert (status, "alfred admin slack install-link" in page) == (403, True), link
    on_sqlite.company.clock.advance(days=2)
    status, page = await on_sqlite.opens(good)
    assert (status, "This install link has expired" in page) == (410, True)


async def test_a_workspace_of_another_organization_stays_theirs(alfred: Server) -> None:
    await alfred.installs()
    before = await everything(alfred.company)
    rival = await found_rival(alfred.company)
    founded = await everything(alfred.company)
    alfred.api.codes["code-secret"] = granted("T0ACME", access_token="xoxe.xoxb-secret-mallory")
    status, page = await alfred.opens(alfred.link(rival))
    assert (status, "belongs to another organization" in page) == (409, True)
    assert await everything(alfred.company) == founded
    assert founded[0] == before[0]
    assert (await alfred.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-1"


async def test_a_link_for_one_workspace_installs_no_other(on_sqlite: Server) -> None:
    on_sqlite.api.codes["code-secret"] = granted("T0OTHER")
    assert (await on_sqlite.opens(on_sqlite.link(workspace="T0ACME")))[0] == 409
    assert await stored(on_sqlite.company) == []


async def test_a_link_is_worth_what_its_maker_may_do_now(on_sqlite: Server) -> None:
    company = on_sqlite.company
    for maker, status in (("bob", 403), ("grace", 200)):
        on_sqlite.api.codes["code-secret"] = granted("T0ACME")
        assert (await on_sqlite.opens(on_sqlite.link(by=company.user(maker))))[0] == status


async def test_who_says_no_at_slack_has_installed_nothing(on_sqlite: Server) -> None:
    await on_sqlite.sent_to(on_sqlite.link())
    status, page = await on_sqlite.opens("/slack/oauth_redirect?error=access_denied&state=random-1")
    assert (status, "Nothing was installed" in page) == (200, True)
    assert await stored(on_sqlite.company) == []


async def test_what_slack_says_of_a_failure_is_shown_and_a_broken_answer_is_not(on_sqlite: Server) -> None:
    await on_sqlite.sent_to(on_sqlite.link())
    status, page = await on_sqlite.opens("/slack/oauth_redirect?code=old&state=random-1")
    assert (status, "Slack says: <code>invalid_code</code>" in page) == (502, True)
    on_sqlite.api.is_broken = True
    await on_sqlite.sent_to(on_sqlite.link())
    status, page = await on_sqlite.opens("/slack/oauth_redirect?code=old&state=random-3")
    assert (status, "secret" in page) == (502, False)
    assert await stored(on_sqlite.company) == []


# --------------------------------------------------------------------------- at rest


async def test_a_row_that_is_put_in_another_s_place_does_not_open(alfred: Server) -> None:
    await alfred.installs("T0ACME")
    await alfred.installs("T0MINE", "Mine")
    acme, _ = await stored(alfred.company)
    async with alfred.company.database.begin() as connection:
        await connection.execute(
            update(chat_installs)
            .where(chat_installs.c.workspace_id == "T0MINE")
            .values(sealed_token=acme["sealed_token"])
        )
    with pytest.raises(NotInstalled):
        await alfred.workspaces.install("T0MINE")
    assert (await alfred.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-1"


async def test_nothing_secret_is_logged_on_the_way(on_sqlite: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await on_sqlite.installs()
    on_sqlite.company.clock.advance(hours=11)
    await on_sqlite.workspaces.renew_ending()
    await on_sqlite.opens("/slack/oauth_redirect?code=code-secret&state=wrong")
    on_sqlite.api.is_broken = True
    on_sqlite.company.clock.advance(hours=13)
    await on_sqlite.workspaces.renew_ending()
    assert "could not be renewed: an answer without a code" in caplog.text
    said = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "slack", "core"))]
    assert [line for line in said if "secret" in line or "random-" in line] == []


# --------------------------------------------------------------------------- tokens that end


async def test_two_processes_that_renew_at_once_use_the_refresh_token_once(company: Company, api: SlackSite) -> None:
    async with server(company, api) as one, server(company, api) as two:
        await one.installs()
        company.clock.advance(hours=10, minutes=1)
        api.slowly.clear()
        renewing = asyncio.create_task(one.workspaces.renew_ending())
        await api.is_refreshing.wait()
        await two.workspaces.renew_ending()
        again = asyncio.create_task(one.workspaces.renew_ending())
        api.slowly.set()
        await asyncio.gather(renewing, again)
        assert api.refreshed == ["xoxe-1-secret-T0ACME-1"]
        for process in (one, two):
            assert (await process.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


async def test_a_token_that_has_ended_is_renewed_once_for_all_who_wait_for_it(company: Company, api: SlackSite) -> None:
    async with server(company, api) as one, server(company, api) as two:
        await one.installs()
        company.clock.advance(hours=13)
        installs = await asyncio.gather(*(process.workspaces.install("T0ACME") for process in (one, two) * 5))
        assert {install.bot_token for install in installs} == {"xoxe.xoxb-secret-T0ACME-2"}
        assert api.refreshed == ["xoxe-1-secret-T0ACME-1"]
        company.clock.advance(hours=13)
        assert (await two.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-3"


async def test_a_worker_that_died_in_a_renewal_holds_up_nobody_for_longer_than_a_minute(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    company = on_sqlite.company
    async with company.database.begin() as connection:
        lease = company.clock.now() + timedelta(hours=11, seconds=60)
        await connection.execute(update(chat_installs).values(leased_until=lease))
    company.clock.advance(hours=11)
    await on_sqlite.workspaces.renew_ending()
    assert on_sqlite.api.refreshed == []
    company.clock.advance(seconds=61)
    await on_sqlite.workspaces.renew_ending()
    assert on_sqlite.api.refreshed == ["xoxe-1-secret-T0ACME-1"]


async def test_while_slack_is_broken_the_token_that_is_there_stays_in_use(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    on_sqlite.company.clock.advance(hours=11)
    on_sqlite.api.is_broken = True
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-1"
    on_sqlite.api.is_broken = False
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


class AwayOnce(Installs):
    """The database goes away between Slack's answer and the row, once."""

    is_away = True

    async def renewed(self, install: StoredInstall, tokens: Tokens) -> bool:
        """Fails the first time."""
        if self.is_away:
            self.is_away = False
            raise StorageUnavailable
        return await super().renewed(install, tokens)


async def test_a_new_token_is_not_lost_because_the_database_went_away(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    company = on_sqlite.company
    company.clock.advance(hours=11)
    installs = AwayOnce(company.database, Vault(VAULT_KEY, random_bytes=token_bytes))
    times = Times(now=company.clock.now, monotonic=lambda: 0.0, pause=_at_once)
    async with ClientSession() as session:
        workspaces = InstalledWorkspaces(
            installs, on_sqlite.workspaces.oauth, times=times, api_url=f"{on_sqlite.api.url}/api", session=session
        )
        await workspaces.renew_ending()
        await workspaces.close()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


async def test_a_token_that_does_not_end_is_never_renewed(on_sqlite: Server) -> None:
    await on_sqlite.installs(access_token="xoxb-secret-for-ever", refresh_token=None, expires_in=None)
    on_sqlite.company.clock.advance(days=400)
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxb-secret-for-ever"
    assert on_sqlite.api.refreshed == []


# --------------------------------------------------------------------------- the end


def event(slack: Slack, kind: str, *, id: str = "Ev1", at: datetime | None = None, **more: Any) -> bytes:  # noqa: ANN401
    """An event of Slack's about the whole workspace."""
    payload = {
        "token": "deprecated",
        "team_id": "T0ACME",
        "api_app_id": "A0ALFRED",
        "type": "event_callback",
        "event_id": id,
        "event_time": int((at or slack.acme.clock.now()).timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": "T0ACME", "is_enterprise_install": False}],
        "event": {"type": kind, **more},
    }
    return json.dumps(payload).encode()


async def hears(slack: Slack, body: bytes) -> int:
    """Deliver it, signed; the status."""
    status, _ = await slack.post(body, slack.headers(body, content_type=JSON))
    return status


@asynccontextmanager
async def removing(alfred: Server) -> AsyncIterator[Slack]:
    """Installed, with Alice linked, and Slack about to say what happened."""
    await alfred.installs()
    company = alfred.company
    account: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T0ACME", "external_id": "U0ALICE"}
    await company.run(LinkIdentity, by="alice", user_id=company.user("alice"), **account)
    async with slack_side(company, office_of(company), workspaces=alfred.workspaces) as slack:
        yield slack


async def test_after_an_uninstall_nothing_of_the_workspace_is_left(alfred: Server) -> None:
    async with removing(alfred) as slack:
        body = event(slack, "app_uninstalled")
        assert await hears(slack, body) == 200
        installs, workspaces, people, history = await everything(alfred.company)
        assert (installs, workspaces, people) == ([], [], [])
        assert await hears(slack, body) == 200
        assert await hears(slack, event(slack, "tokens_revoked", id="Ev2", tokens={"bot": ["U0BOT"]})) == 200
        assert (await everything(alfred.company))[3] == history
        with pytest.raises(NotInstalled):
            await alfred.workspaces.install("T0ACME")
        assert (await slack.says("alice", "balance"))["text"].startswith("This Slack workspace is not connected")


async def test_a_revoked_bot_token_ends_the_install_and_a_member_s_own_does_not(alfred: Server) -> None:
    async with removing(alfred) as slack:
        assert await hears(slack, event(slack, "tokens_revoked", tokens={"oauth": ["U0ALICE"]})) == 200
        assert len(await stored(alfred.company)) == 1
        assert await hears(slack, event(slack, "tokens_revoked", id="Ev2", tokens={"bot": ["U0BOT"]})) == 200
        assert await stored(alfred.company) == []


async def test_news_of_an_uninstall_that_comes_after_a_new_install_ends_nothing(alfred: Server) -> None:
    async with removing(alfred) as slack:
        gone_at = alfred.company.clock.now()
        alfred.company.clock.advance(seconds=90)
        await alfred.installs()
        assert await hears(slack, event(slack, "app_uninstalled", at=gone_at)) == 200
        assert len(await stored(alfred.company)) == 1
        assert (await slack.says("alice", "balance"))["text"].startswith("0 tokens available.")


async def test_an_enterprise_that_removes_it_is_forgotten_as_a_whole(on_sqlite: Server) -> None:
    await on_sqlite.installs("E0ACME", **GRID)
    company = on_sqlite.company
    async with slack_side(company, office_of(company), workspaces=on_sqlite.workspaces) as slack:
        told = json.loads(event(slack, "app_uninstalled"))
        told["authorizations"] = [{"enterprise_id": "E0ACME", "team_id": None, "is_enterprise_install": True}]
        assert await hears(slack, json.dumps(told | {"enterprise_id": "E0ACME"}).encode()) == 200
    assert (await everything(company))[:3] == [[], [], []]
