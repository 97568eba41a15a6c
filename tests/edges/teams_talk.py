"""A conversation in Teams: raw activities with signed tokens go in, and what Alfred says arrives at a connector."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.commands.office import Office
from bot.teams.app import TeamsApp
from bot.teams.app_token import AppToken, Credentials
from bot.teams.gate import Gate
from bot.teams.keys import KeySet
from bot.teams.pacing import Paced
from bot.teams.port import ChatPort
from bot.teams.registration import Registration, TokenRule
from bot.teams.sdk_botbuilder import BotbuilderPort
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from tests.company import Company
from tests.edges.teams_connector import Arrived, Connector
from tests.edges.teams_side import APP_ID, ISSUER, TENANT, Issuer, activity, token

UNHURRIED = 60.0
"""Seconds: what is asked is answered at once, however busy the machine is; a test of what comes later says 0."""
ACCOUNTS = {name: f"aad-{name}" for name in ("alice", "bob", "carol", "erin")}


async def link(acme: Company) -> None:
    """Acme's tenant, and the accounts of four people."""
    await acme.run(LinkWorkspace, by="operator", platform=Platform.TEAMS, workspace_id=TENANT)
    for who, account in ACCOUNTS.items():
        await acme.run(
            LinkIdentity,
            by=who,
            user_id=acme.user(who),
            platform=Platform.TEAMS,
            workspace_id=TENANT,
            external_id=account,
        )


@dataclass
class Teams:
    """Microsoft's side of everybody's chats with Alfred."""

    acme: Company
    session: ClientSession
    url: str
    service: str
    connector: Connector
    app: TeamsApp
    port: ChatPort
    sent: int = 0
    seen: int = field(default=0)

    async def deliver(self, who: str, **more: Any) -> tuple[int, dict[str, Any] | None]:  # noqa: ANN401  parts
        """Post an activity of somebody's; the status and what is in the answer."""
        self.sent += 1
        body = activity(
            **{
                "id": f"17{self.sent}",
                "from": {"id": f"29:{who}", "name": who.title(), "aadObjectId": ACCOUNTS.get(who, f"aad-{who}")},
                "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
                "serviceUrl": self.service,
                **more,
            }
        )
        bearer = token(self.acme.clock.now(), serviceurl=self.service)
        headers = {"Authorization": f"Bearer {bearer}"}
        async with self.session.post(self.url, json=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def says(self, who: str, text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  parts
        """Type something; the card that comes back."""
        assert (await self.deliver(who, text=text, **more))[0] == 202
        return await self.next_card()

    async def presses(self, who: str, action: dict[str, Any]) -> dict[str, Any]:
        """Press a button of a card; the body of the answer."""
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}}
        status, body = await self.deliver(who, type="invoke", name="adaptiveCard/action", value=value, text=None)
        assert status == 200
        assert body is not None
        return body

    async def opens(self, who: str, data: dict[str, Any]) -> dict[str, Any]:
        """Press a button that opens a dialog; the dialog."""
        return await self._task("task/fetch", who, data=data)

    async def sends_off(self, who: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send a dialog off."""
        return await self._task("task/submit", who, data=data)

    async def arrived(self) -> Arrived:
        """The next thing that Alfred posted or changed."""
        while len(self.connector.arrived) <= self.seen:
            await self.connector.anything.wait()
            self.connector.anything.clear()
        self.seen += 1
        return self.connector.arrived[self.seen - 1]

    async def next_card(self) -> dict[str, Any]:
        """The card of the next message."""
        return shown_in((await self.arrived()).body)

    def standing(self, who: str) -> list[dict[str, Any]]:
        """The messages in somebody's own chat as they stand, oldest first."""
        return list(self.connector.standing(f"a:{who}").values())

    async def views(self, who: str, shown: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  parts
        """Somebody's client asks for their own view of a card; the body of the answer."""
        value = {"action": shown["refresh"]["action"], "trigger": "automatic"}
        status, body = await self.deliver(
            who, type="invoke", name="adaptiveCard/action", value=value, text=None, **more
        )
        assert status == 200
        assert body is not None
        return body

    async def _task(self, name: str, who: str, *, data: dict[str, Any]) -> dict[str, Any]:
        status, body = await self.deliver(who, type="invoke", name=name, value={"data": data}, text=None)
        assert status == 200
        assert body is not None
        task: dict[str, Any] = body["task"]
        return task


def shown_in(body: dict[str, Any]) -> dict[str, Any]:
    """The card of a message."""
    (attachment,) = body["attachments"]
    card: dict[str, Any] = attachment["content"]
    return card


def words(card: object) -> str:
    """Every text of a card, in order."""
    if isinstance(card, list):
        return "\n".join(filter(None, map(words, card)))
    if not isinstance(card, dict):
        return ""
    own = [card["text"]] if isinstance(card.get("text"), str) else []
    return "\n".join(filter(None, own + [words(part) for part in card.values() if isinstance(part, dict | list)]))


def button(card: object, title: str) -> dict[str, Any]:
    """The button of that title."""
    found = list(_buttons(card, title))
    assert found, f"no button {title!r}"
    return found[0]


def titles(card: object) -> list[str]:
    """What can be pressed, in order."""
    if isinstance(card, list):
        return [title for part in card for title in titles(part)]
    if not isinstance(card, dict):
        return []
    own = [card["title"]] if str(card.get("type", "")).startswith("Action.") else []
    parts = (part for name, part in card.items() if name not in {"refresh", "fallback"})
    return own + [title for part in parts for title in titles(part)]


def inputs(card: object) -> list[dict[str, Any]]:
    """What can be filled in, in order."""
    if isinstance(card, list):
        return [found for part in card for found in inputs(part)]
    if not isinstance(card, dict):
        return []
    own = [card] if str(card.get("type", "")).startswith("Input.") else []
    return own + [found for part in card.values() for found in inputs(part)]


def _buttons(card: object, title: str) -> list[dict[str, Any]]:
    if isinstance(card, list):
        return [found for part in card for found in _buttons(part, title)]
    if not isinstance(card, dict):
        return []
    own = [card] if str(card.get("type", "")).startswith("Action.") and card.get("title") == title else []
    return own + [found for part in card.values() for found in _buttons(part, title)]


@asynccontextmanager
async def teams_side(
    acme: Company, office: Office, *, patience: float = UNHURRIED, connector_patience: float = 15
) -> AsyncIterator[Teams]:
    """Alfred's real Teams endpoint on a port of its own; keys, login and connector on another."""
    issuer, connector, theirs, ours = Issuer(), Connector(), web.Application(), web.Application()
    uptime = [0.0]

    async def pause(seconds: float) -> None:
        """Time passes, and the test need not wait."""
        uptime[0] += seconds
        await asyncio.sleep(0)

    issuer.add_to(theirs)
    connector.add_to(theirs)
    async with TestServer(theirs) as microsoft, ClientSession() as session:
        service = str(microsoft.make_url("/teams/"))
        registration = Registration(
            app_id=APP_ID, tenant_id=TENANT, service_hosts=frozenset({"127.0.0.1"}), allows_loopback=True
        )
        rule = TokenRule(issuer=ISSUER, metadata_url=str(microsoft.make_url("/openid")))
        keys = KeySet(rule, session, monotonic=lambda: 1_000.0)
        gate = Gate(registration, keys, now=acme.clock.now)
        credentials = Credentials(app_id=APP_ID, password="open sesame", url=str(microsoft.make_url("/token")))
        app_token = AppToken(credentials, session, monotonic=lambda: 0.0)
        sdk = BotbuilderPort(
            registration, app_token, may_go_to=gate.may_send_to, session=session, patience=connector_patience
        )
        port = Paced(sdk, monotonic=lambda: uptime[0], jitter=lambda: 1.0, pause=pause)
        app = TeamsApp(office, acme.database, gate=gate, sdk=sdk, port=port, wall=acme.clock.now, patience=patience)
        app.add_to(ours)
        async with TestServer(ours) as server:
            yield Teams(acme, session, str(server.make_url("/api/messages")), service, connector, app, port)
            connector.released.set()
