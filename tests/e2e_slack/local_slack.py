"""A Slack that nobody here wrote: `local-slack` from npm, driven as people drive it.

It signs and delivers commands, buttons and modals, and keeps what Alfred posts. It is laxer than Slack (no limits, no
three seconds), so it proves conversations, not limits.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import aiohttp

from tests.e2e.stand_ins import installed, running
from tests.e2e.waiting import PATIENCE_SECONDS, free_port, until

TEAM: Final = "T0ACME"
APP: Final = "A0ALFRED"
OFFICE: Final = "C0OFFICE"
BOT_TOKEN: Final = "xoxb-e2e"
APP_TOKEN: Final = "xapp-e2e"
SIGNING_SECRET: Final = "8f742231b10e8888abcd99yyyzzz85a5"

Mode = Literal["events", "socket"]
Message = Mapping[str, Any]


def account_of(handle: str) -> str:
    """The Slack account of somebody at Acme."""
    return f"U0{handle.upper()}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the workspace looks like at a moment."""

    messages: Mapping[str, tuple[Message, ...]]
    direct: Mapping[str, str]
    """Account to the conversation with Alfred."""
    is_connected: bool
    """Whether Alfred listens by Socket Mode."""
    modals: tuple[Mapping[str, Any], ...]
    homes: Mapping[str, Mapping[str, Any]]

    def private(self, account: str) -> tuple[Message, ...]:
        """What only this account sees in the office, oldest first."""
        return tuple(m for m in self.messages.get(OFFICE, ()) if m.get("ephemeral_to") == account)

    def mail(self, account: str) -> tuple[Message, ...]:
        """What Alfred has written to this account, oldest first."""
        return self.messages.get(self.direct.get(account, ""), ())


class LocalSlack:
    """The running workspace."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url: Final = url
        self._session: Final = session

    @property
    def api_url(self) -> str:
        """Where its Web API is."""
        return f"{self.url}/api"

    async def look(self) -> Snapshot:
        """What a browser is shown when it connects."""
        async with self._session.ws_connect(f"{self.url}/ui", max_msg_size=0) as page:
            state = json.loads(await page.receive_str())["state"]
        return Snapshot(
            messages={channel: tuple(found) for channel, found in state["messages"].items()},
            direct={
                next(member for member in channel["members"] if member != "U0ALFRED"): channel["id"]
                for channel in state["channels"]
                if channel["is_im"]
            },
            is_connected=bool(state["apps"][0]["connected"]),
            modals=tuple(state["modalStack"]),
            homes={account: apps[APP] for account, apps in state["homeViews"].items() if APP in apps},
        )

    async def until(self, is_so: Callable[[Snapshot], bool], *, what: str) -> Snapshot:
        """Look until it is so. Fails when it does not come to be."""

        async def look() -> Snapshot | None:
            seen = await self.look()
            return seen if is_so(seen) else None

        return await until(look, what=what)

    async def command(self, account: str, text: str) -> None:
        """`/alfred TEXT`, in the office."""
        await self._post("command", {"channel": OFFICE, "user": account, "command": "/alfred", "text": text})

    async def press(self, account: str, message: Message, element: Mapping[str, Any], *, block_id: str | None) -> None:
        """Press a button of a message."""
        action = {name: element.get(name) for name in ("type", "action_id", "value", "text")} | {"block_id": block_id}
        body = {"channel": message["channel"], "messageTs": message["ts"], "user": account, "action": action}
        await self._post("interact", body)

    async def open_home(self, account: str) -> None:
        """Open Alfred's home."""
        await self._post("open-home", {"user": account})

    async def press_in_view(self, account: str, element: Mapping[str, Any]) -> None:
        """Press a button of Alfred's Home or window; only the browser can."""
        action = {name: element.get(name) for name in ("type", "action_id", "value", "text")}
        async with self._session.ws_connect(f"{self.url}/ui", max_msg_size=0) as page:
            await page.receive_str()
            await page.send_json({"t": "block_action", "user": account, "action": action, "appId": APP})

    async def submit(self, account: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Submit the modal on top; what the browser is told next: `view` or `view_errors`."""
        async with self._session.ws_connect(f"{self.url}/ui", max_msg_size=0) as page:
            await page.receive_str()
            await page.send_json({"t": "view_submit", "user": account, "values": values})
            return await until(lambda: _next_view(page), what="what became of the modal")

    async def _post(self, what: str, body: Mapping[str, Any]) -> None:
        async with self._session.post(f"{self.url}/_control/{what}", json=body) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def local_slack(
    folder: Path, *, mode: Mode, request_url: str, people: tuple[str, ...]
) -> AsyncIterator[LocalSlack]:
    """A workspace in which everybody sits in one office; ended with the block."""
    binary = installed("local-slack-linux-x64/bin/local-slack", by="e2e-slack")
    port = free_port()
    config = folder / "local-slack.json"
    config.write_text(json.dumps(_config(mode, request_url=request_url, people=people)))
    command = [str(binary), "--config", str(config), "--port", str(port)]
    with running(command, folder=folder, name="local-slack") as process:
        async with aiohttp.ClientSession() as session:
            slack = LocalSlack(f"http://127.0.0.1:{port}", session)
            await until(lambda: _answers(slack, process), what="local-slack answering")
            yield slack


async def _next_view(page: aiohttp.ClientWebSocketResponse) -> Mapping[str, Any] | None:
    told: dict[str, Any] = json.loads(await page.receive_str(timeout=PATIENCE_SECONDS))
    return told if told["t"] in {"view", "view_errors"} else None


async def _answers(slack: LocalSlack, process: subprocess.Popen[bytes]) -> Snapshot | None:
    assert process.poll() is None, "local-slack has ended"
    try:
        return await slack.look()
    except aiohttp.ClientError:
        return None


def _config(mode: Mode, *, request_url: str, people: tuple[str, ...]) -> dict[str, Any]:
    users = [
        {"id": account_of(handle), "name": handle, "real_name": handle.title(), "email": f"{handle}@acme.example"}
        for handle in people
    ]
    return {
        "workspace": {"name": "Acme", "domain": "acme", "teamId": TEAM},
        "app": {
            "appId": APP,
            "botUserId": "U0ALFRED",
            "botName": "alfred",
            "botToken": BOT_TOKEN,
            "appToken": APP_TOKEN,
            "signingSecret": SIGNING_SECRET,
            "mode": mode,
            "requestUrl": request_url,
        },
        "users": users,
        "channels": [{"id": OFFICE, "name": "office", "members": ["U0ALFRED", *(user["id"] for user in users)]}],
    }
