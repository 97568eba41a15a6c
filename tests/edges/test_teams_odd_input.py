"""Activities of every odd shape: each is answered so that its sender understands it, and nothing breaks or moves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import pytest

from tests.company import Company
from tests.conftest import on_both
from tests.edges.teams_side import TENANT, activity, token
from tests.edges.teams_talk import Teams, link, teams_side, words
from tests.talking import office_of

ODD: Final = (None, 7, "\ud800\0", [{"id": 7}])
BUTTON: Final = {"says": "balance", "id": "say_1"}
FORM: Final = {"form": "send", "about": "", "id": "say_2", "people": "aad-nobody", "amount": "2k", "reason": "x"}
MENTION: Final = {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:bob", "name": "Bob"}}

KINDS: Final[Mapping[str, dict[str, Any]]] = {
    "typed": {"text": "<at>Bob</at> balance", "entities": [MENTION], "timestamp": "2026-03-02T09:00:00.1234567Z"},
    "sent by an old client": {"text": None, "value": BUTTON},
    "pressed": {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"verb": "say", "data": BUTTON}}},
    "looked at": {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": {"action": {"verb": "refresh", "data": {"request": "apr_1"}}, "trigger": "automatic"},
    },
    "opened": {"type": "invoke", "name": "task/fetch", "value": {"data": {"says": "send", "id": "say_3"}}},
    "sent off": {"type": "invoke", "name": "task/submit", "value": {"data": FORM}},
    "added": {"type": "installationUpdate", "action": "add"},
    "removed": {"type": "installationUpdate", "action": "remove"},
    "joined": {"type": "conversationUpdate", "membersAdded": [{"id": "28:app"}]},
}


@pytest.fixture
async def teams(funded: Company) -> AsyncIterator[Teams]:
    await link(funded)
    async with teams_side(funded, office_of(funded)) as side:
        yield side


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where there is something inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield (*at, name)
        yield from places(part, (*at, name))


def changed(body: dict[str, Any], at: tuple[str | int, ...], *, to: object) -> dict[str, Any]:
    """The same with something else in one place."""
    copy: Any = deepcopy(body)
    part = copy
    for name in at[:-1]:
        part = part[name]
    part[at[-1]] = to
    return dict(copy)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_shape_of_an_activity_breaks_anything(teams: Teams, kind: str) -> None:
    before = await teams.acme.balances()
    bearer = token(teams.acme.clock.now(), serviceurl=teams.service)
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    usual = activity(serviceUrl=teams.service, **KINDS[kind])
    bodies = [changed(usual, at, to=odd) for at in places(usual) for odd in ODD]
    for number, body in enumerate([usual, *bodies]):
        sent = body if "id" not in body or body["id"] != usual["id"] else body | {"id": f"odd-{number}"}
        async with teams.session.post(teams.url, data=json.dumps(sent), headers=headers) as answer:
            said = await answer.text()
            assert answer.status in {200, 202, 400, 403}, (answer.status, sent)
            assert answer.status != 400 or json.loads(said)["error"]["message"], sent
            assert answer.status != 200 or json.loads(said), sent
    assert await teams.acme.balances() == before


@on_both
async def test_half_a_character_and_the_one_that_no_database_takes_are_left_out(usual_company: Company) -> None:
    acme = usual_company
    await link(acme)
    await acme.fund("alice", 45_000)
    async with teams_side(acme, office_of(acme)) as teams:
        said = "send bob 2k for \ud83d\0 lunch"
        assert words(await teams.says("alice", said)).startswith("2,000 tokens to @bob: sent")
        here = {"id": "a:\ud800\0", "conversationType": "personal", "tenantId": TENANT}
        assert words(await teams.says("alice", "balance", conversation=here)).startswith("43,000 tokens available")
        data = {"form": "question", "about": "\0\ud800", "id": "say_\ud800", "question": "\0"}
        dialog = await teams.sends_off("alice", data)
        assert words(dialog)
    assert await acme.balances() == {"alice": 43_000, "bob": 2_000}


async def test_what_alfred_does_not_read_may_be_anything(teams: Teams) -> None:
    read_by_nobody = {
        "localTimestamp": "now",
        "attachments": [7],
        "expiration": [],
        "deliveryMode": "expectReplies",
        "historyDisclosed": "x",
        "relatesTo": 7,
        "suggestedActions": "x",
    }
    assert words(await teams.says("alice", "balance", **read_by_nobody)).startswith("45,000 tokens available")


async def test_what_teams_asks_and_alfred_does_not_know_is_no_error(teams: Teams) -> None:
    for name in ("composeExtension/query", "signin/verifyState", "", 7, None):
        status, body = await teams.deliver("alice", type="invoke", name=name, value={"x": 1}, text=None)
        assert (status, body and body["value"]["code"]) == (200, "NotSupported")
    for kind in ("messageReaction", "messageDelete", "event", "typing", "", 7):
        assert (await teams.deliver("alice", type=kind, text=None))[0] == 202
