"""Slack's endpoint before anything is read: whose request it is, and whether it is one."""

from __future__ import annotations

import gzip
import io
import json

from aiohttp import ClientSession

from tests.company import Company
from tests.edges.slack_side import FORM, Slack


async def test_unsigned_stale_and_malformed_requests_are_401_and_do_nothing(acme: Company, slack: Slack) -> None:
    body = slack.command("alice", "send @bob 4k", trigger="t")
    signed = slack.headers(body)
    before = await acme.traces()
    for headers in (
        {"Content-Type": FORM},
        signed | {"X-Slack-Signature": ""},
        signed | {"X-Slack-Signature": "v0=" + "0" * 64},
        signed | {"X-Slack-Signature": "v1" + signed["X-Slack-Signature"][2:]},
        signed | {"X-Slack-Signature": "v0=sign\u00e4ture"},
        signed | {"X-Slack-Signature": signed["X-Slack-Signature"].upper()},
        signed | {"X-Slack-Request-Timestamp": ""},
        signed | {"X-Slack-Request-Timestamp": "abc"},
        signed | {"X-Slack-Request-Timestamp": "-1"},
        signed | {"X-Slack-Request-Timestamp": "1e9"},
        signed | {"X-Slack-Request-Timestamp": "9" * 400},
        signed | {"X-Slack-Request-Timestamp": signed["X-Slack-Request-Timestamp"] + "0"},
        slack.headers(body, age=301),
        slack.headers(body, age=-301),
    ):
        assert (await slack.post(body, headers))[0] == 401, headers
    assert (await slack.post(body + b"&text=balance", signed))[0] == 401
    assert await acme.traces() == before


async def test_five_minutes_either_way_are_in_time(slack: Slack) -> None:
    body = slack.command("alice", "balance", trigger="t")
    assert (await slack.post(body, slack.headers(body, age=300)))[0] == 200
    assert (await slack.post(body, slack.headers(body, age=-300)))[0] == 200


GARBAGE = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"payload=", b"payload=%7B", b"payload=[1]", b"[" * 50_000]


async def test_garbage_is_401_unsigned_and_400_at_most_when_signed(slack: Slack) -> None:
    for body in GARBAGE:
        for content_type in (FORM, "application/json", "text/plain; charset=klingon"):
            assert (await slack.post(body, {"Content-Type": content_type}))[0] == 401
            status, _ = await slack.post(body, slack.headers(body, content_type=content_type))
            assert 400 <= status < 500, (body[:20], content_type)


async def test_the_word_payload_in_a_reason_does_not_lose_the_command(acme: Company, slack: Slack) -> None:
    message = await slack.says("alice", "send @bob 4k for the payload")
    assert message["text"].startswith("4,000 tokens to @bob: sent.\nFor: the payload\n")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_body_that_is_too_large_is_413(slack: Slack) -> None:
    body = b"text=" + b"x" * (3 * 1024 * 1024)
    headers = slack.headers(body)
    async with ClientSession() as session:
        answer = await session.post(slack.app_url, data=io.BytesIO(body), headers=headers)
        assert answer.status == 413


async def test_a_packed_body_is_415_whatever_is_in_it(slack: Slack) -> None:
    for body in (gzip.compress(b"0" * 20_000_000), b"not packed at all"):
        for headers in (slack.headers(body), {"Content-Type": FORM}):
            assert (await slack.post(body, headers | {"Content-Encoding": "gzip"}))[0] == 415


async def test_slacks_certificate_check_is_answered_without_doing_anything(acme: Company, slack: Slack) -> None:
    before = await acme.traces()
    assert await slack.post(b"ssl_check=1&token=x", {"Content-Type": FORM}) == (200, "")
    smuggled = slack.command("alice", "send @bob 4k", trigger="t") + b"&ssl_check=1"
    assert await slack.post(smuggled, {"Content-Type": FORM}) == (200, "")
    assert await acme.traces() == before


async def test_a_signed_payload_that_slack_would_not_send_gets_an_apology(slack: Slack) -> None:
    body = b"command=/alfred&text=balance&team_id=T0ACME"
    status, answer = await slack.post(body, slack.headers(body))
    assert status == 200
    assert json.loads(answer)["text"].startswith("Something went wrong on my side.")


async def test_other_methods_and_paths_are_not_there(slack: Slack) -> None:
    async with ClientSession() as session, session.get(slack.app_url) as answer:
        assert answer.status == 405
