"""Installing into many workspaces: from the link to the token at rest, and what is refused on the way."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from yarl import URL

from alfred.cli.manifest import for_socket_mode
from bot.slack.install.pages import COOKIE
from bot.slack.workspaces import NotInstalled
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform
from core.storage.tables import chat_installs, install_states
from tests.company import Company, found_rival
from tests.edges.slack_installs.server import (
    GRID,
    Server,
    everything,
    new_browser,
    server,
    stored,
)
from tests.edges.slack_site import CLIENT_ID, SlackSite, granted
from tests.talking import office_of

ACCOUNT = ChatAccount(Platform.SLACK, "T0ACME", "U0ALICE")


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
