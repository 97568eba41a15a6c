"""`POST /v1/alfred/say` on the real server: a key, a text, a Reply."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator

import pytest

from alfred.cli.verbs import run
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


async def test_a_form_is_sent_off_as_json_and_twice_is_one_command(acme: Company, terminal: Terminal) -> None:
    form = (await terminal.says("send")).form
    assert form is not None
    assert [field.name for field in form.fields] == ["people", "amount", "reason"]
    wrong = {"name": form.name, "values": {"people": "@nobody", "amount": "lots"}}
    status, answer = await terminal.post(json.dumps({"form": wrong, "id": form.command_id}).encode())
    assert (status, answer["code"], set(answer["mistakes"])) == (200, "mistakes", {"people", "amount"})
    assert answer["mistakes"]["amount"].startswith("“lots” is not an amount that I can take.")
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
    right = wrong | {"about": form.about, "values": {"people": "@bob", "amount": "2k", "reason": "for the demo"}}
    sent = [await terminal.post(json.dumps({"form": right, "id": form.command_id}).encode()) for _ in range(2)]
    assert sent[0] == sent[1]
    assert sent[0][1]["title"] == "2,000 tokens to @bob: sent."
    assert await acme.balances() == {"alice": 43_000, "bob": 3_000}


NO_FORMS: list[object] = [
    5,
    {},
    {"name": "send"},
    {"name": "send", "values": []},
    {"name": "send", "values": {"amount": 5}},
    {"name": "send", "values": {str(number): "x" for number in range(101)}},
    {"name": "", "values": {}},
    {"name": "send", "about": 5, "values": {}},
    {"name": "send", "values": {}, "more": 1},
]


async def test_what_is_no_form_is_told_so_and_moves_nothing(acme: Company, terminal: Terminal) -> None:
    before = await acme.traces()
    for form in NO_FORMS:
        status, answer = await terminal.post(json.dumps({"form": form}).encode())
        assert (status, answer["error"]["code"]) == (400, "bad_value"), form
    both = json.dumps({"text": "balance", "form": {"name": "send", "values": {}}}).encode()
    assert (await terminal.post(both))[0] == 400
    status, answer = await terminal.post(json.dumps({"form": {"name": "gone", "values": {}}}).encode())
    assert (status, answer["title"]) == (200, "I do not know that form.")
    assert await acme.traces() == before


class Keyboard(io.StringIO):
    """Somebody who sits there and types."""

    def isatty(self) -> bool:
        """They do."""
        return True


async def test_at_a_keyboard_a_verb_with_a_form_asks_for_one_field_after_the_other(
    acme: Company, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALFRED_URL", terminal.url.removesuffix("/v1/alfred/say"))
    monkeypatch.setenv("ALFRED_KEY", terminal.key)
    monkeypatch.setattr("sys.stdin", Keyboard("@bob\nlots\nfor the demo\n2k\n"))
    assert await asyncio.to_thread(run, ["send"]) == 0
    shown = capsys.readouterr().out
    assert "How much: “lots” is not an amount that I can take." in shown
    assert "2,000 tokens to @bob: sent." in shown
    assert await acme.balances() == {"alice": 43_000, "bob": 3_000}
    monkeypatch.setattr("sys.stdin", io.StringIO("@bob\n2k\n\n"))
    assert await asyncio.to_thread(run, ["send"]) == 2
    assert "For example: “send @bob 10k for the demo”." in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", Keyboard("/leave\n"))
    assert await asyncio.to_thread(run, ["send"]) == 0
    assert "All right, nothing was done." in capsys.readouterr().out
    assert await acme.balances() == {"alice": 43_000, "bob": 3_000}
