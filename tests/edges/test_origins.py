"""What the server notes of where a request came from: its peer, or what its own reverse proxies say; nothing forged."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Final

import pytest
from sqlalchemy import text

from alfred.cli.verbs import run
from core.audit.query import QueryAudit
from tests.company import Company
from tests.conftest import on_both
from tests.edges.slack_side import Slack
from tests.edges.terminal_side import Terminal, terminal_side

PEER: Final = "127.0.0.1"
PROXIES: Final = ("127.0.0.1", "10.0.0.0/30", "2001:db8:1::/64")

TOLD: Final = {
    "": PEER,
    "203.0.113.7": "203.0.113.7",
    "203.0.113.7:54321": "203.0.113.7",
    "2001:db8:2::7": "2001:db8:2::7",
    "[2001:db8:2::7]:443": "2001:db8:2::7",
    "::ffff:203.0.113.7": "203.0.113.7",
    "203.0.113.7, 10.0.0.2": "203.0.113.7",
    "203.0.113.7, 2001:db8:1::2 ,10.0.0.2": "203.0.113.7",
    "198.51.100.4, 203.0.113.7": "203.0.113.7",
    "10.0.0.2, 203.0.113.7, 10.0.0.1": "203.0.113.7",
    "10.0.0.2": "10.0.0.2",
    "unknown": PEER,
    "203.0.113.7, _hidden, 10.0.0.2": "10.0.0.2",
    "203.0.113.7,": PEER,
    "fe80::1%" + "x" * 4_000: "fe80::1",
    "alice' OR 1=1 --": PEER,
}
"""`X-Forwarded-For` behind those proxies, and whose address that is."""


async def sends(acme: Company, terminal: Terminal, **headers: str) -> dict[str, str]:
    """What the trail keeps beside a gift of Alice's."""
    status, answer = await terminal.post(b'{"text": "send bob 2000"}', **headers)
    assert (status, answer["tone"]) == (200, "ok")
    acme.clock.advance(seconds=1)
    return await last_words(acme)


async def last_words(acme: Company) -> dict[str, str]:
    page = await acme.run(QueryAudit, by="henry", actor_id=acme.user("alice"), limit=1)
    [event] = page.events
    assert event.type == "transfer.completed"
    return event.words


@on_both
async def test_what_people_do_with_a_key_is_noted_with_their_address_and_client(acme: Company) -> None:
    async with terminal_side(acme, people=("alice",)) as terminal:
        words = await sends(acme, terminal, **{"User-Agent": "curl/8.5.0"})
        assert words == {"ip_address": PEER, "user_agent": "curl/8.5.0"}
        form = (await terminal.says("send")).form
        assert form is not None
        filled = {"name": form.name, "about": form.about, "values": {"people": "@bob", "amount": "3k"}}
        body = json.dumps({"form": filled, "id": form.command_id}).encode()
        await terminal.post(body, **{"User-Agent": "a phone"})
        assert await last_words(acme) == {"ip_address": PEER, "user_agent": "a phone"}


async def test_the_verbs_of_the_terminal_say_who_they_are(
    acme: Company, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with terminal_side(acme, people=("alice",)) as terminal:
        monkeypatch.setenv("ALFRED_URL", terminal.url.removesuffix("/v1/alfred/say"))
        monkeypatch.setenv("ALFRED_KEY", terminal.key)
        assert await asyncio.to_thread(run, ["send", "bob", "2000"]) == 0
        assert "2,000 tokens to @bob: sent." in capsys.readouterr().out
        assert await last_words(acme) == {"ip_address": PEER, "user_agent": "alfred (terminal)"}


async def test_a_header_that_nobody_vouches_for_is_not_believed(acme: Company) -> None:
    async with terminal_side(acme, people=("alice",), proxies=("10.0.0.0/30",)) as terminal:
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            words = await sends(acme, terminal, **{name: "203.0.113.7", "User-Agent": "curl/8.5.0"})
            assert words["ip_address"] == PEER, name


@pytest.mark.parametrize(("header", "address"), TOLD.items(), ids=range(len(TOLD)))
async def test_behind_proxies_it_is_the_last_one_that_they_have_seen(acme: Company, header: str, address: str) -> None:
    async with terminal_side(acme, people=("alice",), proxies=PROXIES) as terminal:
        words = await sends(acme, terminal, **{"X-Forwarded-For": header, "Forwarded": "for=198.51.100.9"})
        assert words["ip_address"] == address


@on_both
async def test_a_client_can_neither_bloat_the_trail_nor_write_lines_into_it(acme: Company) -> None:
    async with terminal_side(acme, people=("alice",)) as terminal:
        hostile = "x\t\u202ecurl\u2028\x85\ud800" + "y" * 4_000
        words = await sends(acme, terminal, **{"User-Agent": hostile})
        assert words["user_agent"] == "xcurl" + "y" * 251
        assert (await sends(acme, terminal, **{"User-Agent": ""})).keys() == {"ip_address"}


async def test_of_a_chat_platform_nothing_is_noted(acme: Company, slack: Slack) -> None:
    sent = await slack.says("alice", "send <@U0BOB|bob> 2k")
    assert sent["text"].startswith("2,000 tokens to @bob: sent.")
    assert await last_words(acme) == {}


@on_both
async def test_the_log_of_a_defect_shows_neither_where_somebody_was_nor_what_they_wrote(
    acme: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    async with terminal_side(acme, people=("alice",), proxies=(PEER,)) as terminal:
        await acme.execute(text("ALTER TABLE audit_texts RENAME TO elsewhere"))
        where = {"X-Forwarded-For": "203.0.113.7", "User-Agent": "her own client"}
        status, answer = await terminal.post(b'{"text": "send bob 2000 for the flat"}', **where)
    assert (status, answer["code"]) == (503, "internal_error")
    assert "INSERT INTO audit_texts" in caplog.text
    assert [word for word in ("203.0.113.7", "her own client", "the flat") if word in caplog.text] == []
