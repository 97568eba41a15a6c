"""What Alfred sends to Teams, through Microsoft's SDK, to a connector that records and fails as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.teams.app_token import AppToken, Credentials
from bot.teams.heard import Conversation
from bot.teams.pacing import WINDOWS, Paced
from bot.teams.port import Json, Unsent
from bot.teams.registration import Registration
from bot.teams.sdk_botbuilder import BotbuilderPort
from tests.edges.teams_connector import Connector
from tests.edges.teams_side import APP_ID, TENANT

HELLO = {"type": "message", "text": "Hello", "attachments": [{"contentType": "card", "content": {"a": [1, {"b": 2}]}}]}


@dataclass
class Line:
    """Alfred's end. `uptime` counts seconds and passes only while somebody waits."""

    connector: Connector
    port: Paced
    alice: Conversation
    uptime: list[float] = field(default_factory=lambda: [0.0])
    waits: list[float] = field(default_factory=list)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    connector, theirs = Connector(), web.Application()
    connector.add_to(theirs)
    uptime, waits = [0.0], list[float]()

    async def pause(seconds: float) -> None:
        waits.append(round(seconds, 3))
        uptime[0] += seconds

    async with TestServer(theirs) as server, ClientSession() as session:
        service = str(server.make_url("/teams/"))
        credentials = Credentials(app_id=APP_ID, password="open sesame", url=str(server.make_url("/token")))
        token = AppToken(credentials, session, monotonic=lambda: uptime[0])
        registration = Registration(app_id=APP_ID, tenant_id=TENANT)
        sdk = BotbuilderPort(registration, token, may_go_to=lambda url: url == service, session=session)
        port = Paced(sdk, monotonic=lambda: uptime[0], jitter=lambda: 1.0, pause=pause)
        alice = Conversation(
            tenant_id=TENANT, conversation_id="a:alice", service_url=service, bot_id="28:app", kind="personal"
        )
        yield Line(connector, port, alice, uptime, waits)


async def test_a_message_arrives_with_its_card_and_the_bots_own_token(line: Line) -> None:
    assert await line.port.send(line.alice, HELLO) == "m1"
    (arrived,) = line.connector.arrived
    assert (arrived.method, arrived.path, arrived.bearer) == ("POST", "/conversations/a:alice/activities", "token-1")
    assert arrived.body["attachments"] == HELLO["attachments"]
    assert arrived.body["text"] == "Hello"


async def test_a_message_that_stands_there_is_changed_for_everybody(line: Line) -> None:
    await line.port.update(line.alice, HELLO, message_id="m7")
    (arrived,) = line.connector.arrived
    assert (arrived.method, arrived.path) == ("PUT", "/conversations/a:alice/activities/m7")
    assert arrived.body["text"] == "Hello"


async def test_somebody_who_never_wrote_gets_a_conversation(line: Line) -> None:
    opened = await line.port.open_personal(line.alice, "29:bob")
    (arrived,) = line.connector.arrived
    assert arrived.body["members"] == [{"id": "29:bob"}]
    assert arrived.body["channelData"] == {"tenant": {"id": TENANT}}
    assert opened == replace(line.alice, conversation_id="m1")


async def test_one_token_serves_until_shortly_before_its_end(line: Line) -> None:
    for passed in (0.0, 3_200.0, 200.0):
        line.uptime[0] += passed
        await line.port.send(line.alice, HELLO)
    assert [arrived.bearer for arrived in line.connector.arrived] == ["token-1", "token-1", "token-2"]


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_teams_puts_off_is_sent_again(line: Line, status: int) -> None:
    put_off = [(status, {}), (status, {"Retry-After": "9"})]
    line.connector.answers = list(put_off)
    assert await line.port.send(line.alice, HELLO) == "m3"
    assert line.waits == [1.0, 9.0]
    line.connector.answers = list(put_off)
    await line.port.update(line.alice, HELLO, message_id="m3")
    assert (line.waits, len(line.connector.arrived)) == ([1.0, 9.0] * 2, 6), "the SDK tries nothing by itself"


async def test_another_host_that_teams_points_at_gets_nothing(line: Line) -> None:
    elsewhere = line.alice.service_url.replace("/teams/", "/teams/v3/elsewhere").replace("127.0.0.1", "localhost")
    line.connector.answers = [(307, {"Location": elsewhere})]
    with pytest.raises(Unsent):
        await line.port.send(line.alice, HELLO)
    assert len(line.connector.arrived) == 1


async def test_after_some_tries_it_is_given_up(line: Line) -> None:
    line.connector.answers = [(429, {})] * 9
    with pytest.raises(Unsent) as given_up:
        await line.port.send(line.alice, HELLO)
    assert (given_up.value.status, len(line.connector.arrived)) == (429, 4)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
async def test_a_no_is_not_asked_again(line: Line, status: int) -> None:
    line.connector.answers = [(status, {})]
    with pytest.raises(Unsent) as refused:
        await line.port.send(line.alice, HELLO)
    assert (refused.value.status, len(line.connector.arrived)) == (status, 1)


async def test_a_conversation_takes_no_more_than_teams_allows_and_others_need_not_wait(line: Line) -> None:
    sent_at = []
    for _ in range(70):
        await line.port.send(line.alice, HELLO)
        sent_at.append(line.uptime[0])
    for most, seconds in WINDOWS[:3]:
        assert all(later - first >= seconds for first, later in zip(sent_at, sent_at[most:], strict=False))
    waited = len(line.waits)
    await line.port.send(replace(line.alice, conversation_id="a:bob"), HELLO)
    assert len(line.waits) == waited


async def test_the_threads_of_a_channel_share_what_it_takes(line: Line) -> None:
    for thread in range(8):
        await line.port.send(replace(line.alice, conversation_id=f"19:general;messageid={thread}"), HELLO)
    assert line.waits == [1.0]


class Swallowing:
    """A port that takes everything."""

    async def send(self, to: Conversation, activity: Json) -> str:
        return f"{to.conversation_id} {activity['text']}"

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Nothing stands anywhere."""

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        return replace(via, conversation_id=account_id)

    async def member(self, of: Conversation, account_id: str) -> Json:
        return {"id": account_id, "in": of.conversation_id}


async def test_an_hour_has_eighteen_hundred_messages_and_idle_conversations_are_forgotten(line: Line) -> None:
    async def pause(seconds: float) -> None:
        line.uptime[0] += seconds

    port = Paced(Swallowing(), monotonic=lambda: line.uptime[0], jitter=lambda: 1.0, pause=pause)
    for _ in range(1_801):
        await port.send(line.alice, HELLO)
    assert line.uptime[0] == 3_600.0
    for number in range(50):
        await port.send(replace(line.alice, conversation_id=f"a:{number}"), HELLO)
    line.uptime[0] += 3_600.0
    await port.send(line.alice, HELLO)
    assert list(port.lines) == ["a:alice"]


async def test_what_teams_puts_off_for_longer_than_anybody_waits_is_left_to_the_dispatcher(line: Line) -> None:
    line.connector.answers = [(429, {"Retry-After": "31"})]
    with pytest.raises(Unsent) as put_off:
        await line.port.send(line.alice, HELLO)
    assert (put_off.value.retry_after, line.waits, len(line.connector.arrived)) == (31.0, [], 1)


async def test_who_is_in_a_conversation_is_asked_again_when_teams_puts_it_off(line: Line) -> None:
    line.connector.people["29:bob"] = {"id": "29:bob", "name": "Bob", "tenantId": TENANT}
    line.connector.looks = [429, 502]
    found = await line.port.member(line.alice, "29:bob")
    assert (found["tenantId"], line.waits) == (TENANT, [1.0, 2.0])


async def test_the_bots_token_goes_to_no_service_that_is_not_on_the_list(line: Line) -> None:
    with pytest.raises(Unsent) as refused:
        await line.port.send(replace(line.alice, service_url="https://evil.example/"), HELLO)
    assert refused.value.status == 403
    assert (line.connector.arrived, line.connector.tokens) == ([], 0)


async def test_however_many_wait_for_a_connector_that_hangs_nobody_else_does(line: Line) -> None:
    line.connector.hangs = True
    everybody = [replace(line.alice, conversation_id=f"a:{number}") for number in range(60)]
    sending = [asyncio.create_task(line.port.send(to, HELLO)) for to in everybody]
    while len(line.connector.arrived) < 60:
        await line.connector.anything.wait()
        line.connector.anything.clear()
    assert await asyncio.to_thread(lambda: "free") == "free"
    line.connector.released.set()
    assert len(set(await asyncio.gather(*sending))) == 60


async def test_a_wrong_password_is_said_without_repeating_it(line: Line) -> None:
    async with ClientSession() as session:
        url = line.alice.service_url.replace("/teams/", "/token")
        token = AppToken(Credentials(app_id=APP_ID, password="wrong", url=url), session, monotonic=lambda: 0.0)
        with pytest.raises(Unsent) as refused:
            await token.fresh()
    assert (refused.value.why, refused.value.status) == ("no token: invalid_client", 401)
