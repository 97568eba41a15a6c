"""Who gets past the gate of the Teams endpoint: raw HTTP, tokens signed by keys of our own, real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from alfred.settings import Settings
from bot.teams.endpoint import Endpoint
from bot.teams.gate import LARGEST_BODY, Gate
from bot.teams.heard import Activity, InboundEvent, heard
from bot.teams.keys import KEPT_SECONDS, UNKNOWN_SECONDS, KeySet, KeysUnavailable
from bot.teams.registration import SERVICE_HOSTS, Registration, TokenRule
from tests.edges.teams_side import APP_ID, ISSUER, SERVICE, TENANT, Issuer, activity, token

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


@dataclass
class Door:
    """The endpoint and what came through. `clock` is the wall clock, `uptime` counts seconds."""

    issuer: Issuer
    session: ClientSession
    url: str = ""
    keys_url: str = ""
    clock: datetime = NOW
    uptime: float = 1_000.0
    let_in: list[InboundEvent] = field(default_factory=list)

    async def answer(self, activity: Activity) -> dict[str, Any] | None:
        """Note it."""
        self.let_in.append(heard(activity))
        return {"statusCode": 200} if self.let_in[-1].is_invoke else None

    async def post(self, body: object, *, bearer: str | None = None, **headers: str) -> int:
        """The status of the answer, which must say nothing to who has shown no good token."""
        bearer = token(self.clock) if bearer is None else bearer
        sent = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url, data=data, headers=sent | headers) as answer:
            said = await answer.read()
            assert said == b"" if answer.status in {401, 403} else answer.status < 300 or json.loads(said)["error"]
            return answer.status


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    issuer, theirs, ours = Issuer(), web.Application(), web.Application(client_max_size=8 * 1024 * 1024)
    issuer.add_to(theirs)
    async with TestServer(theirs) as keys_server, ClientSession() as session:
        door = Door(issuer, session)
        door.keys_url = str(keys_server.make_url("/openid"))
        rule = TokenRule(issuer=ISSUER, metadata_url=door.keys_url)
        keys = KeySet(rule, session, monotonic=lambda: door.uptime)
        gate = Gate(Registration(app_id=APP_ID, tenant_id=TENANT), keys, now=lambda: door.clock)
        ours.router.add_post("/api/messages", Endpoint(gate, door.answer).serve)
        async with TestServer(ours) as server:
            door.url = str(server.make_url("/api/messages"))
            yield door


async def test_what_teams_signs_is_let_in(door: Door) -> None:
    assert await door.post(activity()) == 202
    (event,) = door.let_in
    assert (event.account.workspace_id, event.account.external_id, event.text) == (TENANT, "aad-alice", "balance")


@pytest.mark.parametrize(
    ("bearer", "why"),
    [
        ("", "no token"),
        ("garbage", "no token at all"),
        ("a.b.c", "nor this"),
        (token(NOW, key="forged", kid="first"), "wrong signature"),
        (token(NOW, iss="https://sts.example.com"), "wrong issuer"),
        (token(NOW, aud="another-app"), "wrong audience"),
        (token(NOW, exp=int((NOW - timedelta(minutes=6)).timestamp())), "expired"),
        (token(NOW, nbf=int((NOW + timedelta(minutes=6)).timestamp())), "not yet"),
        (token(NOW, exp=None), "no end"),
        (token(NOW, exp="tomorrow"), "an end that is no time"),
        (token(NOW, exp=True), "an end that is no time"),
        (token(NOW, serviceurl=None), "no service"),
        (token(NOW, serviceurl=7), "a service that is no address"),
        (token(NOW, key="second"), "unknown key"),
        ("x" * 8_000, "far too long"),
        ("ÿ.ÿ.ÿ", "not even ASCII"),
    ],
)
async def test_a_token_that_is_not_good_is_401(door: Door, bearer: str, why: str) -> None:
    assert await door.post(activity(), bearer=bearer) == 401, why
    assert door.let_in == []


@pytest.mark.parametrize(
    "body",
    [
        activity(serviceUrl=None),
        activity(serviceUrl=7),
        activity(serviceUrl="https://smba.trafficmanager.net/amer/"),
        activity(serviceUrl="https://evil.example/"),
        activity(serviceUrl="https://smba.trafficmanager.net@evil.example/"),
        activity(serviceUrl="http://smba.trafficmanager.net/emea/"),
        activity(serviceUrl="https://smba.trafficmanager.net:99999/"),
        activity(channelId=None),
        activity(channelId="emulator"),
        activity(conversation={"id": "a:alice", "tenantId": "another"}),
        activity(channelData={"tenant": {"id": "another"}}),
        activity(conversation={"id": "a:alice"}, channelData={}),
        activity(conversation=None, channelData=None),
        activity(conversation={"id": "a:alice", "tenantId": [TENANT]}),
        activity(timestamp="2026-02-02T08:49:00Z"),
        activity(timestamp="long ago"),
        activity(timestamp="2026-02-02T09:00:00"),
    ],
)
async def test_a_body_that_the_token_does_not_stand_for_is_403(door: Door, body: dict[str, Any]) -> None:
    assert await door.post(body) == 403
    assert door.let_in == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b"[" * 50_000, 400), (b"\xff\xfe", 400), (b" " * (LARGEST_BODY + 1), 413)],
)
async def test_what_is_no_activity_is_named_so(door: Door, body: bytes, status: int) -> None:
    assert await door.post(body) == status
    assert door.let_in == []


@pytest.mark.parametrize(
    "body",
    [
        activity(**{"from": None}),
        activity(**{"from": "alice"}),
        activity(recipient={}),
        activity(id=7),
        activity(id=None),
    ],
)
async def test_a_signed_activity_of_another_shape_is_400(door: Door, body: dict[str, Any]) -> None:
    assert await door.post(body) == 400
    assert door.let_in == []


async def test_only_json_is_read_and_nothing_is_unpacked(door: Door) -> None:
    assert await door.post(activity(), **{"Content-Type": "text/plain"}) == 415
    assert await door.post(b"whatever is in it", **{"Content-Encoding": "gzip"}) == 415


async def test_after_a_change_of_keys_the_new_one_is_found_and_the_old_one_is_gone(door: Door) -> None:
    assert await door.post(activity()) == 202
    door.issuer.published = ["second"]
    door.uptime += UNKNOWN_SECONDS
    assert await door.post(activity(id="2"), bearer=token(NOW, key="second")) == 202
    assert await door.post(activity(id="3"), bearer=token(NOW, key="first")) == 401


async def test_who_comes_while_the_keys_are_on_their_way_waits_for_them(door: Door) -> None:
    statuses = await asyncio.gather(*(door.post(activity(id=str(number))) for number in range(5)))
    assert (statuses, door.issuer.asked) == ([202] * 5, 1)
    door.issuer.published, door.uptime = ["second"], door.uptime + UNKNOWN_SECONDS
    renewed = [door.post(activity(id=f"2-{number}"), bearer=token(NOW, key="second")) for number in range(5)]
    assert (await asyncio.gather(*renewed), door.issuer.asked) == ([202] * 5, 2)


async def test_a_token_of_today_is_no_token_tomorrow(door: Door) -> None:
    kept = token(NOW)
    assert await door.post(activity(), bearer=kept) == 202
    assert await door.post(activity(), bearer=kept) == 202, "Teams sends again what it believes lost"
    assert len(door.let_in) == 1
    door.clock += timedelta(hours=1, minutes=5)
    assert await door.post(activity(id="2"), bearer=kept) == 401


async def test_forged_key_ids_do_not_become_a_flood_of_questions(door: Door) -> None:
    for number in range(20):
        assert await door.post(activity(), bearer=token(NOW, key="forged", kid=f"made-up-{number}")) == 401
    assert door.issuer.asked == 1


async def test_known_keys_stay_good_while_microsoft_is_away(door: Door) -> None:
    assert await door.post(activity()) == 202
    door.issuer.is_down = True
    door.uptime += KEPT_SECONDS
    assert await door.post(activity(id="2")) == 202
    assert door.issuer.asked == 2


async def test_keys_that_do_not_come_hold_up_nobody_whose_key_is_known(door: Door) -> None:
    assert await door.post(activity()) == 202
    door.issuer.answers.clear()
    door.issuer.was_asked.clear()
    door.uptime += UNKNOWN_SECONDS
    waits = asyncio.create_task(door.post(activity(id="2"), bearer=token(NOW, key="second")))
    await door.issuer.was_asked.wait()
    assert await door.post(activity(id="3")) == 202
    door.issuer.published.append("second")
    door.issuer.answers.set()
    assert await waits == 202


async def test_an_issuer_that_hangs_is_given_up(door: Door) -> None:
    door.issuer.answers.clear()
    rule = TokenRule(issuer=ISSUER, metadata_url=door.keys_url)
    keys = KeySet(rule, door.session, monotonic=lambda: 1_000.0, patience=0.01)
    with pytest.raises(KeysUnavailable):
        await keys.find("first")
    door.issuer.answers.set()


@pytest.mark.parametrize(
    ("teams", "missing"),
    [
        ({"app_id": APP_ID, "app_password": "x"}, "tenant_id"),
        ({"tenant_id": TENANT, "app_password": "x"}, "app_id"),
        ({"app_id": "", "tenant_id": TENANT, "app_password": "x"}, "app_id"),
        ({"app_id": APP_ID, "tenant_id": TENANT}, "app_password"),
    ],
)
def test_no_server_starts_with_half_a_registration(teams: dict[str, str], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Settings.model_validate(
            {"database_url": "sqlite:///x.db", "secret_key": "0123456789abcdef" * 4, "teams": teams}
        )


async def test_without_any_keys_nobody_gets_in(door: Door) -> None:
    door.issuer.is_down = True
    assert await door.post(activity()) == 401
    assert door.let_in == []


async def test_a_key_that_may_not_sign_for_teams_does_not(door: Door) -> None:
    door.issuer.endorsements = ["webchat"]
    assert await door.post(activity()) == 401


async def test_a_repeated_message_is_taken_once_and_a_repeated_press_is_answered_again(door: Door) -> None:
    assert [await door.post(activity()), await door.post(activity())] == [202, 202]
    assert len(door.let_in) == 1
    press = activity(type="invoke", name="adaptiveCard/action", value={"action": {"data": {}}}, id="2")
    assert [await door.post(press), await door.post(press)] == [200, 200]
    assert len(door.let_in) == 3


async def test_in_development_this_machine_needs_no_token_and_may_be_the_service() -> None:
    ours, let_in = web.Application(), list[Activity]()

    async def answer(activity: Activity) -> None:
        let_in.append(activity)

    registration = Registration(
        app_id=APP_ID,
        tenant_id=TENANT,
        service_hosts=SERVICE_HOSTS | {"localhost"},
        allows_loopback=True,
        is_development=True,
    )
    async with ClientSession() as session:
        keys = KeySet(TokenRule(issuer=ISSUER, metadata_url="http://127.0.0.1:9/"), session, monotonic=lambda: 0.0)
        gate = Gate(registration, keys, now=lambda: NOW)
        ours.router.add_post("/api/messages", Endpoint(gate, answer).serve)
        async with TestServer(ours) as server:
            url = server.make_url("/api/messages")
            theirs = await session.post(url, json=activity(serviceUrl="http://localhost:56150/_connector"))
            foreign = await session.post(url, json=activity(serviceUrl="http://evil.example/", id="2"))
            tunnels = [
                await session.post(url, json=activity(serviceUrl="http://localhost:1/", id="3"), headers=headers)
                for headers in (
                    {"X-Forwarded-For": "127.0.0.1"},
                    {"Forwarded": "for=203.0.113.7"},
                    {"Host": "alfred.example.com"},
                    {"Host": "[::"},
                )
            ]
    assert [theirs.status, foreign.status] == [202, 403]
    assert {answer.status for answer in tunnels} == {403}, "by a tunnel everybody comes from this machine"
    assert len(let_in) == 1


def test_our_token_goes_to_microsofts_hosts_only() -> None:
    class NoKeys:
        async def find(self, key_id: str) -> None:
            raise AssertionError(key_id)

    gate = Gate(Registration(app_id=APP_ID, tenant_id=TENANT), NoKeys(), now=lambda: NOW)
    assert gate.may_send_to(SERVICE)
    for elsewhere in ("http://smba.trafficmanager.net/", "https://localhost/", "https://smba.trafficmanager.net:8443/"):
        assert not gate.may_send_to(elsewhere)
