"""`POST /v1/alfred/say` on the real server: a key, a text, a Reply."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.replies.reply import Tone
from tests.company import Company
from tests.edges.terminal_side import Terminal, terminal_side


@pytest.fixture
async def terminal(acme: Company) -> AsyncIterator[Terminal]:
    async with terminal_side(acme, people=("alice",)) as side:
        yield side


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
