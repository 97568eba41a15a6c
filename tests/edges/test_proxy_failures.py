"""When the provider fails or the caller goes away: who pays what, and what is said."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import openai
import pytest
from aiohttp import web

from proxy.parts import Bounds
from proxy.upstreams.openai_compatible import UpstreamTimeouts
from tests.company import Company
from tests.edges.provider import events, saying, send, send_slowly
from tests.edges.stage import PROVIDER_KEY, Stage, open_stage

HELLO: Any = [{"role": "user", "content": "Hello"}]
PAID = ("ok", 24, 8, 17, 5, 41)
UNTOUCHED: Any = ({"alice": 20_000}, {}, [])
"""Nothing was paid, nothing is held, nothing was written down."""


async def failing_call(stage: Stage, *, stream: bool = False) -> openai.APIStatusError:
    """A call that must fail; its error."""
    client = await stage.client("alice")
    with pytest.raises(openai.APIStatusError) as raised:
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=stream)
    return raised.value


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(
    ("theirs", "ours", "code"),
    [
        (500, 502, "provider_error"),
        (401, 502, "provider_error"),
        (307, 502, "provider_error"),
        (429, 429, "provider_rate_limited"),
        (503, 503, "provider_overloaded"),
    ],
)
async def test_a_provider_that_fails_costs_nothing_and_its_words_stay_here(
    sqlite_company: Company, *, theirs: int, ours: int, code: str, stream: bool
) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:
        words = {"error": {"message": f"org-secret and {PROVIDER_KEY}", "code": "theirs"}}
        elsewhere = {"Location": f"{stage.provider.url}/models", "Retry-After": "7"}
        stage.provider.script = saying(words, status=theirs, headers=elsewhere)
        error = await failing_call(stage, stream=stream)
        assert (error.status_code, error.code) == (ours, code)
        assert error.response.headers.get("Retry-After") == ("7" if ours in {429, 503} else None)
        assert "secret" not in error.response.text
        assert len(stage.provider.received) == 1
        assert await stage.sheet() == UNTOUCHED


async def test_what_the_provider_says_about_the_request_reaches_the_caller(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        words = {"error": {"message": "temperature is too hot", "param": "temperature", "code": "invalid_value"}}
        stage.provider.script = saying(words, status=400)
        error = await failing_call(stage)
        assert (error.status_code, error.code, error.param) == (400, "invalid_value", "temperature")
        assert "temperature is too hot" in error.message
        assert await stage.sheet() == UNTOUCHED


async def test_a_provider_that_hangs_is_given_up_and_costs_nothing(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company, timeouts=UpstreamTimeouts(connect=5, read=0.2, total=5)) as stage:
        stage.provider.script = stage.provider.waiting
        error = await failing_call(stage)
        assert (error.status_code, error.code) == (504, "provider_timeout")
        assert await stage.sheet() == UNTOUCHED
        assert stage.proxy.routes.upstreams[0].state == "down"


async def test_a_provider_that_cannot_be_reached_costs_nothing(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:

        async def hang_up(http: web.Request) -> web.StreamResponse:
            assert http.transport is not None
            http.transport.close()
            return web.Response()

        stage.provider.script = hang_up
        error = await failing_call(stage)
        assert (error.status_code, error.code) == (502, "provider_unreachable")
        assert await stage.sheet() == UNTOUCHED


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"choices":', b"\xff"])
async def test_an_answer_that_is_no_json_costs_nothing(sqlite_company: Company, body: bytes) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company) as stage:

        async def mumble(_http: web.Request) -> web.StreamResponse:
            return web.Response(body=body, content_type="application/json")

        stage.provider.script = mumble
        error = await failing_call(stage)
        assert (error.status_code, error.code) == (502, "provider_answer_malformed")
        assert await stage.sheet() == UNTOUCHED


async def test_an_answer_without_usage_is_paid_by_estimate_and_marked_so(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        stage.provider.script = saying({"choices": [{"message": {"content": "Hi"}}], "usage": {"prompt_tokens": -1}})
        client = await stage.client("alice")
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        balances, held, usage = await stage.sheet()
        row = (await stage.rows())[0]
    assert (row["status"], row["is_estimated"], held) == ("ok", True, {})
    assert balances == {"alice": 20_000 - row["credits"]}
    assert usage == [("ok", row["input_tokens"], 0, row["output_tokens"], 0, row["credits"])]
    assert row["input_tokens"] > 0
    assert row["output_tokens"] > 0


async def test_a_stream_that_breaks_off_is_paid_for_what_came_and_the_caller_is_told(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:

        async def break_off(http: web.Request) -> web.StreamResponse:
            return await send(http, events(wants_usage=False, ends=False), breaks_off=True)

        stage.provider.script = break_off
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        words: list[str] = []
        with pytest.raises(openai.APIError) as raised:
            words += [chunk.choices[0].delta.content or "" async for chunk in stream]
        balances, held, usage = await stage.sheet()
        row = (await stage.rows())[0]
    assert raised.value.code == "provider_cut_off"
    assert (row["status"], row["is_estimated"], held) == ("partial", True, {})
    assert row["output_tokens"] >= 6
    assert balances == {"alice": 20_000 - row["credits"]}
    assert len(usage) == 1


async def test_a_stream_that_breaks_off_before_its_first_word_costs_nothing(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:

        async def break_off(http: web.Request) -> web.StreamResponse:
            return await send(http, [b": wait\n\n"], breaks_off=True)

        stage.provider.script = break_off
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        with pytest.raises(openai.APIError, match="Nothing was charged"):
            await anext(aiter(stream))
        assert await stage.sheet() == UNTOUCHED


async def test_a_caller_who_leaves_in_mid_stream_pays_what_the_provider_counted(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        whole = events(wants_usage=True)

        async def in_two_halves(http: web.Request) -> web.StreamResponse:
            response = await send(http, whole[:2])
            await stage.provider.go_on.wait()
            # Enough of it to find out that nobody is there, then the rest with the usage.
            await send_slowly(response, [b": still here\n\n"] * 50 + whole[2:])
            return response

        stage.provider.script = in_two_halves
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        assert (await anext(aiter(stream))).choices[0].delta.content == "Guten"
        await stream.close()
        stage.provider.go_on.set()
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])


async def test_an_abandoned_stream_is_not_read_for_ever(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company, bounds=Bounds(drain_seconds=0)) as stage:
        one = events(wants_usage=False)[0]
        left = asyncio.Event()

        async def endlessly(http: web.Request) -> web.StreamResponse:
            response = await send(http, [one])
            await left.wait()
            await send_slowly(response, itertools.repeat(one))
            return response

        stage.provider.script = endlessly
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        await anext(aiter(stream))
        await stream.close()
        left.set()
        balances, held, _ = await stage.sheet()
        row = (await stage.rows())[0]
    assert (row["status"], row["is_estimated"], held) == ("partial", True, {})
    assert balances == {"alice": 20_000 - row["credits"]}


async def test_a_caller_who_leaves_before_a_whole_answer_still_pays_for_it(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        stage.provider.script = stage.provider.waiting
        client = await stage.client("alice")
        call = asyncio.create_task(client.chat.completions.create(model="gpt-4o-mini", messages=HELLO))
        await stage.provider.reached.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        stage.provider.go_on.set()
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])


async def test_a_provider_that_streams_an_error_after_its_ok_costs_nothing(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:

        async def regret(http: web.Request) -> web.StreamResponse:
            return await send(http, [b"data: " + json.dumps({"error": {"message": "overloaded"}}).encode() + b"\n\n"])

        stage.provider.script = regret
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        with pytest.raises(openai.APIError, match="overloaded"):
            await anext(aiter(stream))
        assert await stage.sheet() == UNTOUCHED
