"""Slack's pages for installing an app, by people who have never seen Alfred: `emulate` from npm.

It knows apps, scopes, codes that work once, and members with addresses; it delivers nothing, so commands are signed
here with Slack's own SDK.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.e2e.stand_ins import installed, running
from tests.e2e.waiting import free_port, until

CLIENT_ID: Final = "12345.67890"
CLIENT_SECRET: Final = "the-apps-own-secret"
WORKSPACE: Final = "T000000001"
PEOPLE: Final = ("admin", "alice", "mallory")


@dataclass(frozen=True, slots=True)
class Emulate:
    """The running Slack."""

    url: str
    session: aiohttp.ClientSession

    @property
    def api_url(self) -> str:
        """Where its Web API is."""
        return f"{self.url}/api"

    async def people(self) -> dict[str, str]:
        """Their ids by name, from the page that offers them all."""
        async with self.session.get(f"{self.url}/oauth/v2/authorize", params={"client_id": CLIENT_ID}) as page:
            offered = AgreeForms(await page.text()).found
        return dict(zip(PEOPLE, (fields["user_id"] for _, fields in offered), strict=True))


class AgreeForms(HTMLParser):
    """The forms of the page on which somebody agrees, one for each who may: where they go, and with what."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a browser would send."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given["action"], {}))
        if tag == "input" and given.get("type") == "hidden":
            self.found[-1][1][given["name"]] = given.get("value", "")


@asynccontextmanager
async def emulate(folder: Path, *, redirect_uri: str) -> AsyncIterator[Emulate]:
    """A workspace with Alice and an app; ended with the block."""
    script = installed("emulate/dist/index.js", by="e2e-slack")
    port = free_port()
    seed = folder / "emulate.json"
    seed.write_text(json.dumps(_seed(redirect_uri)))
    command = ["node", str(script), "start", "-s", "slack", "-p", str(port), "--seed", str(seed)]
    with running(command, folder=folder, name="emulate") as process:
        async with aiohttp.ClientSession() as session:
            slack = Emulate(f"http://127.0.0.1:{port}", session)
            await until(lambda: _answers(slack, process), what="emulate answering")
            yield slack


async def _answers(slack: Emulate, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, "emulate has ended"
    try:
        async with slack.session.get(f"{slack.url}/oauth/v2/authorize") as answer:
            return answer.status < 500 or None
    except aiohttp.ClientError:
        return None


def _seed(redirect_uri: str) -> dict[str, Any]:
    return {
        "slack": {
            "team": {"name": "Acme", "domain": "acme"},
            "users": [
                {"name": "alice", "real_name": "Alice Moreau", "email": "alice@acme.example"},
                {"name": "mallory", "real_name": "Mallory", "email": "mallory@elsewhere.example"},
            ],
            "oauth_apps": [
                {
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                    "app_id": "A0ALFRED",
                    "name": "Alfred",
                    "redirect_uris": [redirect_uri],
                    "scopes": ["commands", "chat:write", "im:write", "users:read", "users:read.email"],
                    "bot_name": "alfred",
                }
            ],
            "strict_scopes": True,
        }
    }
