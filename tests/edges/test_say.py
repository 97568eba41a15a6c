"""`POST /v1/alfred/say` on the real server: a key, a text, a Reply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from alfred.proxying import open_proxy
from alfred.server import make_app
from alfred.settings import Settings
from alfred.wiring import open_house
from bot.replies.reply import Reply, Tone
from proxy.patience import Patience
from tests.company import Company
from tests.talking import Talk


@dataclass
class Terminal:
    """Alice's terminal: her key, and what a client sends with it."""

    session: ClientSession
    url: str
    key: str

    async def post(self, data: bytes, **headers: str) -> tuple[int, Any]:
        """Anything; the status and the JSON of the answer."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | headers
        async with self.session.post(self.url, data=data, headers=sent) as answer:
            return answer.status, await answer.json()

    async def says(self, text: str, *, key: str | None = None) -> Reply:
        """A text, with an Idempotency-Key when one is named."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": key} if key else {})
        async with self.session.post(self.url, json={"text": text}, headers=headers) as answer:
            assert answer.status == 200
            return Reply.from_json(await answer.json())

    async def presses(self, reply: Reply, label: str) -> Reply:
        """What a client does with an action."""
        action = next(action for action in reply.actions if action.label == label)
        return await self.says(action.says, key=action.command_id)


@pytest.fixture
async def terminal(acme: Company) -> AsyncIterator[Terminal]:
    settings = Settings(database_url=str(acme.database.url), secret_key=SecretStr("0123456789abcdef" * 4))
    async with open_house(settings, clock=acme.clock) as house, open_proxy(house) as proxy:
        talk = Talk(acme, pepper=settings.derived_key("api-keys"))
        made = await talk.says("alice", "keys new laptop")
        app = make_app(house, proxy, patience=Patience(settings.limits.request_timeout_seconds))
        async with TestServer(app) as server, ClientSession() as session:
            yield Terminal(session, str(server.make_url("/v1/alfred/say")), made.facts[0].value)


async def test_a_key_made_in_a_chat_speaks_for_its_owner(acme: Company, terminal: Terminal) -> None:
    reply = await terminal.says("balance")
    assert (reply.tone, reply.title) == (Tone.OK, "45,000 tokens available.")


async def test_what_is_offered_is_pressed_with_the_id_that_it_carries(acme: Company, terminal: Terminal) -> None:
    asked = await terminal.says("send bob 10k")
    first = await terminal.presses(asked, "Confirm")
    assert await terminal.presses(asked, "Confirm") == first
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}
    await terminal.presses(first, "Undo")
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_the_same_idempotency_key_sends_once_another_sends_again(acme: Company, terminal: Terminal) -> None:
    first = await terminal.says("send bob 2000 --message For the demo", key="k-1")
    assert await terminal.says("send bob 2000 --message For the demo", key="k-1") == first
    assert await acme.balances() == {"alice": 43_000, "bob": 3_000}
    other = await terminal.says("send bob 3000", key="k-1")
    assert other.code == "same_id_other_contents"
    await terminal.says("send bob 2000", key="k-2")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_repeated_send_is_not_asked_about_the_balance_that_it_has_left(
    acme: Company, terminal: Terminal
) -> None:
    """4,500 are a tenth of 45,000 and more than a tenth of what is left then."""
    first = await terminal.says("send bob 4500", key="k-1")
    assert first.title == "4,500 tokens to @bob: sent."
    assert await terminal.says("send bob 4500", key="k-1") == first
    await terminal.says("send carol 40k --yes")
    assert await terminal.says("send bob 4500", key="k-1") == first
    assert await acme.balances() == {"alice": 500, "bob": 5_500, "carol": 40_000}


async def test_a_repeated_undo_takes_back_the_same_transfer(acme: Company, terminal: Terminal) -> None:
    await terminal.says("send bob 2000")
    acme.clock.advance(seconds=1)
    await terminal.says("send bob 3000")
    first = await terminal.says("undo", key="u-1")
    assert first.title == "3,000 tokens back from @bob."
    assert await terminal.says("undo", key="u-1") == first
    assert await acme.balances() == {"alice": 43_000, "bob": 3_000}


async def test_a_refusal_is_an_answer_with_a_stable_code(acme: Company, terminal: Terminal) -> None:
    reply = await terminal.says("send bob 50k --yes")
    assert (reply.tone, reply.code) == (Tone.REFUSED, "out_of_credits")
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


async def test_without_a_key_nothing_is_said(acme: Company, terminal: Terminal) -> None:
    before = await acme.traces()
    for header in ("", "Bearer", "Bearer alf_wrong", f"Bearer {terminal.key}x", f"Basic {terminal.key}"):
        status, _ = await terminal.post(b'{"text": "send bob 2000"}', Authorization=header)
        assert status == 401, header
    assert await acme.traces() == before


async def test_what_is_no_request_is_told_so_and_moves_nothing(acme: Company, terminal: Terminal) -> None:
    before = await acme.traces()
    for body in (b"", b"{", b"[]", b'"x"', b"{}", b'{"text": 1}', b'{"text": "balance", "extra": 1}', b"\xff\xfe"):
        status, answer = await terminal.post(body)
        assert 400 <= status < 500, body
        assert isinstance(answer, dict)
    assert await acme.traces() == before
