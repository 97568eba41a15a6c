"""One person's window of Teams: a Microsoft 365 Agents Playground of their own, driven as its page drives it.

Its page opens no dialogs, but sends any activity that somebody puts together there and shows what it was answered:
dialogs go that way. It looks at no token, so it proves conversations and not who may call.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.e2e.stand_ins import installed, running
from tests.e2e.waiting import free_port, until

TENANT: Final = "11111111-1111-4111-8111-111111111111"
APP: Final = "00000000-0000-0000-0000-000000000011"
CARD: Final = "application/vnd.microsoft.card.adaptive"
_OTHERS: Final = ("victor", "walter", "xenia", "yvonne", "zoe")
"""The Playground wants five colleagues; none of them speaks."""

Card = dict[str, Any]
Body = dict[str, Any]
Stream = aiohttp.ClientWebSocketResponse


def account_of(handle: str) -> str:
    """The Microsoft account of somebody at Acme."""
    return f"aad-{handle}"


class Playground:
    """What somebody types, presses and fills in, and the cards that stand in their chat with Alfred, oldest first."""

    def __init__(self, who: str, url: str, session: aiohttp.ClientSession) -> None:
        self.who: Final = who
        self.url: Final = url
        self.cards: Final[dict[str, Card]] = {}
        """By the ids of their messages, as they stand now."""
        self._chat: Final = f"personal-{who}"
        self._session: Final = session
        self._answers: Final[dict[str, Body]] = {}
        self._streams: Final[list[Stream]] = []
        self._pongs: Final[Counter[Stream]] = Counter()

    async def adds_alfred(self) -> str:
        """Add the bot; the id of the message with which it says hello."""
        return await self._told(await self._template(type="install"))

    async def says(self, text: str) -> str:
        """Type it; the id of the message that comes back."""
        before = set(self.cards)
        message = {"type": "message", "text": text, "textFormat": "plain", "from": {"id": self.who}, "mentions": []}
        await self._post(f"_conversation/v1/conversations/{self._chat}/messages", message)
        return await self.next_message(before, what=f"an answer to {self.who}: {text}")

    async def presses(self, message_id: str, action: Mapping[str, Any]) -> Card | str:
        """Press a button of a card: the card that takes its place, or a sentence that passes by."""
        value = {"action": {name: action[name] for name in ("type", "verb", "data")}, "trigger": "manual"}
        sent = {"conversation": {"id": self._chat}, "from": {"id": self.who}, "replyToId": message_id}
        answer = await self._post("_conversation/v1/invoke", {"name": "adaptiveCard/action", "value": value, **sent})
        if answer["type"] != CARD:
            return str(answer["value"])
        self.cards[message_id] = answer["value"]
        return self.cards[message_id]

    async def dialog(self, name: str, data: Mapping[str, Any]) -> Body:
        """Open a dialog (`task/fetch`) or send one off (`task/submit`); what Teams is told to do then."""
        activity = await self._template()
        await self._sends(activity | {"type": "invoke", "name": name, "value": {"data": data}})

        async def look() -> Body | None:
            return self._answers.get(activity["id"])

        answered = await until(look, what=f"an answer to {self.who}’s {name}")
        task: Body = answered["task"]
        return task

    async def next_message(self, before: set[str], *, what: str) -> str:
        """The first message that was not there before, when it is there."""

        async def look() -> str | None:
            return next((message_id for message_id in self.cards if message_id not in before), None)

        return await until(look, what=what)

    @asynccontextmanager
    async def open(self, process: subprocess.Popen[bytes]) -> AsyncIterator[Playground]:
        """Once it answers; the streams that the page reads are read as long as the block lasts."""

        async def look() -> bool | None:
            assert process.poll() is None, f"the Playground of {self.who} has ended"
            return await self._is_there() or None

        await until(look, what=f"the Playground of {self.who}")
        streams = {
            "_ws_conversation/v1/conversations/stream": self._keep_message,
            "_ws/log/stream": self._keep_answer,
        }
        reading = [asyncio.create_task(self._listen(path, keep)) for path, keep in streams.items()]
        try:
            yield self
        finally:
            for task in reading:
                task.cancel()
            ended = await asyncio.gather(*reading, return_exceptions=True)
        assert all(isinstance(why, asyncio.CancelledError) for why in ended), ended

    async def caught_up(self) -> None:
        """Wait until everything is kept that the Playground has sent by now: what answers a ping comes behind it."""
        for stream in self._streams:
            before = self._pongs[stream]
            await stream.ping()

            async def look(stream: Stream = stream, before: int = before) -> bool | None:
                return self._pongs[stream] > before or None

            await until(look, what=f"a pong of the Playground of {self.who}")

    async def _is_there(self) -> bool:
        try:
            async with self._session.get(f"{self.url}/_debug/ping") as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False

    async def _listen(self, path: str, keep: Callable[[Body], None]) -> None:
        url = f"{self.url}/{path}"
        async with self._session.ws_connect(url, max_msg_size=0, autoping=False) as stream:
            self._streams.append(stream)
            async for frame in stream:
                match frame.type:
                    case aiohttp.WSMsgType.TEXT:
                        keep(json.loads(frame.data))
                    case aiohttp.WSMsgType.PING:
                        await stream.pong(frame.data)
                    case aiohttp.WSMsgType.PONG:
                        self._pongs[stream] += 1

    def _keep_message(self, told: Body) -> None:
        """A message that is new or was changed."""
        message = told.get("message") or {}
        for attachment in message.get("attachments") or ():
            assert attachment["contentType"] == CARD, attachment
            self.cards[message["messageId"]] = attachment["content"]

    def _keep_answer(self, told: Body) -> None:
        """What Alfred answered in the body."""
        log = told["log"]
        request = log.get("request", {}).get("body", {})
        if request.get("type") == "invoke":
            self._answers[request["id"]] = log["response"]["body"]

    async def _told(self, activity: Body) -> str:
        before = set(self.cards)
        await self._sends(activity)
        return await self.next_message(before, what=f"an answer to {self.who}’s {activity['type']}")

    async def _template(self, **query: str) -> Body:
        """What the page begins an activity with."""
        asked = {"conversationId": self._chat, **query}
        async with self._session.get(f"{self.url}/_internal/v1/customActivities/template", params=asked) as answer:
            assert answer.ok, await answer.text()
            return dict(await answer.json())

    async def _sends(self, activity: Body) -> None:
        async with self._session.post(f"{self.url}/_internal/v1/customActivities", json=activity) as answer:
            assert answer.ok, await answer.text()

    async def _post(self, path: str, body: Body) -> Body:
        async with self._session.post(f"{self.url}/{path}", json=body) as answer:
            assert answer.ok, await answer.text()
            return dict(await answer.json(content_type=None))


@asynccontextmanager
async def playground(who: str, folder: Path, *, endpoint: str) -> AsyncIterator[Playground]:
    """Somebody's window, ended with the block."""
    cli = installed("@microsoft/m365agentsplayground/cli.js", by="e2e-teams")
    room, port = folder / f"teams-{who}", free_port()
    room.mkdir()
    (room / ".m365agentsplayground.yml").write_text(json.dumps(_config(who)))
    command = ["node", str(cli), "start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--dt"]
    with running(command, folder=room, name="playground", TEAMSAPPTESTER_BROWSER="none") as process:
        url = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session, Playground(who, url, session).open(process) as window:
            yield window


def _config(who: str) -> dict[str, Any]:
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": APP, "name": "Alfred"},
        "currentUser": _user(who),
        "users": [_user(other) for other in _OTHERS],
        "personalChat": {"id": f"personal-{who}"},
        "groupChat": {"id": "group-1", "name": "Group"},
        "team": {
            "id": "team-1",
            "name": "Team",
            "aadGroupId": "22222222-2222-4222-8222-222222222222",
            "channels": [{"id": "channel-1", "name": "General"}],
        },
    }


def _user(who: str) -> dict[str, str]:
    address = f"{who}@acme.example"
    return {
        "id": who,
        "name": who.title(),
        "givenName": who.title(),
        "surname": "Acme",
        "aadObjectId": account_of(who),
        "userPrincipleName": address,
        "email": address,
    }
