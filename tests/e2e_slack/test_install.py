"""Installing Alfred into a workspace: from the operator's link, through Slack's pages, to an answer there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from alfred.clocks import WallClock
from alfred.ids import new_id
from tests.e2e.demo import log_shown, new_demo
from tests.e2e.waiting import free_port
from tests.e2e_slack.emulate import CLIENT_ID, CLIENT_SECRET, WORKSPACE, AgreeForms, Emulate, emulate
from tests.e2e_slack.local_slack import SIGNING_SECRET
from tests.flows.running import Server, alfred, serving

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True)
class Installing:
    """Alfred's server, the Slack that it is installed in, and how the operator is set up."""

    slack: Emulate
    server: Server
    settings: dict[str, str]

    def link(self) -> str:
        """What the operator sends to whoever installs it."""
        made = alfred(self.server.folder, "admin", "slack", "install-link", "--json", **self.settings)
        assert made.returncode == 0, made.stderr
        return str(json.loads(made.stdout)["url"])

    async def says(self, account: str, text: str) -> dict[str, Any]:
        """A slash command, signed as Slack signs it; the answer."""
        form = {
            "team_id": WORKSPACE,
            "user_id": account,
            "command": "/alfred",
            "text": text,
            "channel_id": "C0OFFICE",
            "api_app_id": "A0ALFRED",
            "is_enterprise_install": "false",
            "response_url": f"{self.slack.url}/nowhere",
            "trigger_id": f"1.2.{new_id('x')}",
        }
        answer: dict[str, Any] = json.loads(await self.posts(urlencode(form), "application/x-www-form-urlencoded"))
        return answer

    async def hears(self, event: dict[str, Any]) -> None:
        """An event, signed as Slack signs it."""
        envelope = {
            "type": "event_callback",
            "event_time": int(WallClock().now().timestamp()),
            "event_id": "Ev1",
            "team_id": WORKSPACE,
            "api_app_id": "A0ALFRED",
            "event": event,
        }
        await self.posts(json.dumps(envelope), "application/json")

    async def posts(self, body: str, content_type: str) -> str:
        """Deliver something that Slack has signed."""
        now = str(int(WallClock().now().timestamp()))
        signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=now, body=body)
        signed = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": str(signature), "Content-Type": content_type}
        async with self.slack.session.post(f"{self.server.url}/slack/events", data=body, headers=signed) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()


@pytest.fixture
async def installing(tmp_path: Path) -> AsyncIterator[Installing]:
    port = free_port()
    await new_demo(tmp_path)
    async with emulate(tmp_path, redirect_uri=f"http://127.0.0.1:{port}/slack/oauth_redirect") as slack:
        settings = {
            "ALFRED_SLACK__CLIENT_ID": CLIENT_ID,
            "ALFRED_SLACK__CLIENT_SECRET": CLIENT_SECRET,
            "ALFRED_SLACK__SIGNING_SECRET": SIGNING_SECRET,
            "ALFRED_SLACK__PUBLIC_URL": f"http://127.0.0.1:{port}",
            "ALFRED_SLACK__API_URL": slack.api_url,
        }
        with serving(tmp_path, "up", "--demo", "--port", str(port), **settings) as server, log_shown(server):
            yield Installing(slack, server, settings)


def browser() -> aiohttp.ClientSession:
    """Cookies of its own, also for addresses without a name."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def agreed(page: aiohttp.ClientSession, link: str) -> str:
    """Open the link and agree in Slack; where Slack sends the browser then."""
    async with page.get(link) as there:
        assert there.status == 200, await there.text()
        action, fields = AgreeForms(await there.text()).found[0]
    async with page.post(urljoin(str(there.url), action), data=fields, allow_redirects=False) as back:
        assert back.status == 302, await back.text()
        return back.headers["Location"]


async def shown(page: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    """The status and the title of what a browser is shown."""
    async with page.get(url) as answer:
        title = (await answer.text()).partition("<title>")[2].partition("</title>")[0]
        return answer.status, title


async def test_a_workspace_installs_alfred_and_its_people_are_known_by_their_addresses(installing: Installing) -> None:
    people = await installing.slack.people()
    before = await installing.says(people["alice"], "balance")
    assert "not connected to Alfred yet" in before["text"]
    async with browser() as page:
        back = await agreed(page, await asyncio.to_thread(installing.link))
        assert await shown(page, back) == (200, "Alfred is in Acme")
        assert await shown(page, back) == (400, "This installation cannot go on")
    assert "Personal: 1,000,000 tokens" in (await installing.says(people["alice"], "balance"))["text"]
    assert "I do not know you yet" in (await installing.says(people["mallory"], "balance"))["text"]
    data = b"".join(file.read_bytes() for file in (installing.server.folder / ".alfred").iterdir() if file.is_file())
    assert b"xoxb-" not in data
    assert "xoxb-" not in installing.server.log

    await installing.hears({"type": "app_uninstalled"})
    assert "not connected to Alfred" in (await installing.says(people["alice"], "balance"))["text"]


async def test_what_was_begun_elsewhere_or_made_up_installs_nothing(installing: Installing) -> None:
    link = await asyncio.to_thread(installing.link)
    async with browser() as page, browser() as stranger:
        back = await agreed(page, link)
        assert await shown(page, back.replace("state=", "state=x")) == (400, "This installation cannot go on")
        back = await agreed(page, link)
        assert await shown(stranger, back) == (400, "This installation cannot go on")
        back = await agreed(page, link)
        assert await shown(page, back.replace("code=", "code=0")) == (502, "Slack did not finish the installation")
        assert await shown(page, link[:-1]) == (403, "This needs an install link")
    alice = (await installing.slack.people())["alice"]
    assert "not connected to Alfred yet" in (await installing.says(alice, "balance"))["text"]
