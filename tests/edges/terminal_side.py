"""`POST /v1/alfred/say` on the real server: people's keys, and what a client sends with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from alfred.proxying import open_proxy
from alfred.server import make_app
from alfred.settings import Settings
from alfred.wiring import open_house
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from proxy.patience import Patience
from tests.company import Company
from tests.talking import Talk

PEOPLE: Final = ("alice", "bob", "carol", "erin")
"""Who has a key; bots of other platforms know the same four."""


@dataclass
class Terminal:
    """Terminals; Alice's where nobody is named."""

    session: ClientSession
    url: str
    keys: Mapping[str, str]

    @property
    def key(self) -> str:
        """Alice's."""
        return self.keys["alice"]

    async def post(self, data: bytes, **headers: str) -> tuple[int, Any]:
        """Anything; the status and the JSON of the answer."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | headers
        async with self.session.post(self.url, data=data, headers=sent) as answer:
            return answer.status, await answer.json()

    async def says(self, text: str, *, key: str | None = None, who: str = "alice") -> Reply:
        """A text, with an Idempotency-Key when one is named."""
        headers = {"Idempotency-Key": key} if key else {}
        return Reply.from_json(await self._posted({"text": text}, who=who, headers=headers))

    async def sends_off(self, form: Form, values: Mapping[str, str], *, who: str = "alice") -> Reply | Mistakes:
        """A form that was drawn, filled in."""
        sent = {"name": form.name, "about": form.about, "values": dict(values)}
        answer = await self._posted({"form": sent, "id": form.command_id}, who=who, headers={})
        return Mistakes(answer["mistakes"]) if "mistakes" in answer else Reply.from_json(answer)

    async def presses(self, reply: Reply, label: str) -> Reply:
        """What a client does with an action."""
        action = next(action for action in reply.actions if action.label == label)
        return await self.says(action.says, key=action.command_id)

    async def _posted(self, body: Mapping[str, Any], *, who: str, headers: Mapping[str, str]) -> dict[str, Any]:
        sent = {"Authorization": f"Bearer {self.keys[who]}", **headers}
        async with self.session.post(self.url, json=body, headers=sent) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())


@asynccontextmanager
async def terminal_side(
    acme: Company, *, people: tuple[str, ...] = PEOPLE, proxies: tuple[str, ...] = ()
) -> AsyncIterator[Terminal]:
    """The server on a port of its own behind these reverse proxies, and a key for each of the people."""
    settings = Settings(
        database_url=acme.database.url.render_as_string(hide_password=False),
        secret_key=SecretStr("0123456789abcdef" * 4),
        trusted_proxies=tuple(map(ip_network, proxies)),
    )
    async with open_house(settings, clock=acme.clock) as house, open_proxy(house) as proxy:
        talk = Talk(acme, pepper=settings.derived_key("api-keys"))
        made = {who: await talk.says(who, "keys new laptop") for who in people}
        app = make_app(house, proxy, patience=Patience(settings.limits.request_timeout_seconds))
        async with TestServer(app) as server, ClientSession() as session:
            url = str(server.make_url("/v1/alfred/say"))
            yield Terminal(session, url, {who: reply.facts[0].value for who, reply in made.items()})
