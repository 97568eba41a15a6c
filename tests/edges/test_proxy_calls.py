"""Calls through the proxy with the client that people use: what comes back, what is paid, what is written down."""

from __future__ import annotations

import asyncio
import itertools
from decimal import Decimal
from typing import Any

import openai
import pytest
from sqlalchemy import select

from core.directory.revoke_key import RevokeKey
from core.storage.tables import api_keys
from tests.company import Company, found_rival
from tests.edges.provider import WORDS, completion, saying
from tests.edges.stage import PROVIDER_KEY, open_stage

HELLO: Any = [{"role": "user", "content": "Hello"}]
PAID = ("ok", 24, 8, 17, 5, 41)
"""The usage row of the provider's usual answer: 24 tokens in (8 cached), 17 out (5 reasoning), 41 credits."""


async def test_a_call_is_answered_paid_and_written_down(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        answer = await client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=HELLO)
        assert answer.parse().choices[0].message.content == "Guten Tag"
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])
        row = (await stage.rows())[0]
    said = {name: value for name, value in answer.headers.items() if name.startswith("x-alfred")}
    assert said == {
        "x-alfred-user-id": company.user("alice"),
        "x-alfred-request-id": row["id"],
        "x-alfred-quota-remaining": "19959",
        "x-alfred-cost-tokens": "41",
        "x-alfred-cost-dollars": "0.0000132",
        "x-alfred-source": "personal",
    }
    # 16 input tokens at $0.15, 8 cached at $0.075, 17 output tokens at $0.60 per million.
    assert row["cost_usd"] == Decimal("0.0000132")
    assert (row["user_id"], row["team_id"], row["provider"], row["endpoint"]) == (
        company.user("alice"),
        company.node("Backend"),
        "openai",
        "chat/completions",
    )


async def test_the_provider_gets_our_key_and_nothing_of_the_callers(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        await client.chat.completions.create(
            model="gpt-4o-mini",
            messages=HELLO,
            extra_headers={"X-Api-Key": "theirs", "X-Alfred-Project": "Apollo", "Cookie": "a=b", "Forwarded": "for=1"},
            extra_body={"alfred": {"tags": {"cost_center": "MKTG-001"}}},
        )
        received = stage.provider.received[0]
        assert received.headers["Authorization"] == f"Bearer {PROVIDER_KEY}"
        assert set(received.headers) == {
            "Host", "Accept", "Accept-Encoding", "User-Agent", "Authorization", "Content-Type", "Content-Length",
        }  # fmt: skip
        assert received.body == {"model": "gpt-4o-mini", "messages": HELLO, "max_tokens": 1_000}
        row = (await stage.rows())[0]
    assert row["project_id"] == company.node("Apollo")
    assert row["tags"] == '{"cost_center":"MKTG-001"}'


async def test_a_call_without_a_cap_gets_the_policys_cap_and_is_otherwise_passed_on_byte_for_byte(
    company: Company,
) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        key = await stage.key("alice")
        body = b' { "model" : "gpt-4o-mini",\n "seed": 1e2, "messages":[{"role":"user","content":"\\u00fc"}] }'
        assert (await stage.post(body, key=key))[0] == 200
        capped = body.replace(b'"messages"', b'"max_tokens": 5, "messages"')
        assert (await stage.post(capped, key=key))[0] == 200
        first, second = (received.raw for received in stage.provider.received)
    assert first == body.replace(b" { ", b' {"max_tokens":1000, ', 1)
    assert second == capped


async def test_a_prompt_of_two_megabytes_is_passed_on_whole(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000_000)
    async with open_stage(sqlite_company) as stage:
        prompt: Any = [{"role": "user", "content": "words " * 350_000}]
        client = await stage.client("alice")
        await client.chat.completions.create(model="gpt-4o-mini", messages=prompt)
        assert stage.provider.received[0].body["messages"] == prompt
        assert await stage.sheet() == ({"alice": 19_999_959}, {}, [PAID])


async def test_a_stream_arrives_word_by_word_and_is_paid_by_the_usage_that_nobody_asked_for(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        stream = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, stream=True)
        chunks = [chunk async for chunk in stream]
        # Whoever has read the end finds the call settled.
        assert await company.balances() == {"alice": 19_959}
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])
        assert stage.provider.received[0].body["stream_options"] == {"include_usage": True}
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "".join(WORDS)
    assert all(chunk.usage is None for chunk in chunks)


async def test_a_caller_who_asks_for_usage_in_a_stream_gets_it(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        stream = await client.chat.completions.create(
            model="gpt-4o-mini", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        usages = [chunk.usage.total_tokens async for chunk in stream if chunk.usage]
        assert usages == [41]
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])


async def test_too_few_credits_are_refused_with_what_is_there_and_nothing_is_asked_of_the_provider(
    company: Company,
) -> None:
    await company.fund("alice", 1_200)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        with pytest.raises(openai.APIStatusError) as raised:
            await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, max_tokens=5_000)
        assert stage.provider.received == []
        assert await stage.sheet() == ({"alice": 1_200}, {}, [])
        small = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, max_tokens=500)
        assert small.usage is not None
        assert await stage.sheet() == ({"alice": 1_159}, {}, [PAID])
    error: Any = raised.value.body
    assert raised.value.status_code == 402
    assert {name: error[name] for name in ("type", "code", "param")} == {
        "type": "insufficient_quota",
        "code": "out_of_credits",
        "param": None,
    }
    assert error["details"]["available"] == 1_200
    assert error["message"].startswith(
        f"This call could cost up to {error['details']['asked']:,} credits and you have 1,200."
    )
    assert "lower max_tokens" in error["message"]


async def test_parallel_calls_never_spend_more_than_there_is(company: Company) -> None:
    await company.fund("alice", 3_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        stage.provider.script = stage.provider.waiting

        async def call() -> int:
            try:
                await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, max_tokens=1_000)
            except openai.APIStatusError as error:
                return error.status_code
            return 200

        calls = [asyncio.create_task(call()) for _ in range(20)]
        # The provider answers nobody before everybody was decided on.
        for first_to_end in itertools.islice(asyncio.as_completed(calls), 18):
            await first_to_end
        stage.provider.go_on.set()
        codes = sorted([await task for task in calls])
        assert codes == [200] * 2 + [402] * 18
        assert await stage.sheet() == ({"alice": 3_000 - 2 * 41}, {}, [PAID, PAID])


async def test_two_organizations_never_pay_for_each_other(company: Company) -> None:
    rival = await found_rival(company)
    await company.fund("alice", 20_000)
    await rival.fund("mallory", 5_000)
    async with open_stage(company) as stage:
        for client in (await stage.client("alice"), await stage.client("mallory", company=rival)):
            await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID, PAID])
        assert (await rival.balances(), await rival.held()) == ({"mallory": 4_959}, {})
        assert {row["organization_id"] for row in await stage.rows()} == {company.id, rival.id}


async def test_an_unknown_key_a_mistyped_one_and_a_revoked_one_are_all_401(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        key = await stage.key("alice")
        client = await stage.client("alice")
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        async with company.database.snapshot() as connection:
            key_id = (await connection.execute(select(api_keys.c.id))).scalar_one()
        await company.run(RevokeKey, by="carol", key_id=key_id)
        stage.ticks[0] += 2.0  # seconds after which nothing is remembered
        with pytest.raises(openai.AuthenticationError) as raised:
            await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        for wrong in (key[:-1] + ("x" if key[-1] != "x" else "y"), "sk-other", ""):
            status, answer = await stage.post(b"{}", key=wrong)
            assert (status, answer["error"]["code"]) == (401, "invalid_api_key")
        assert (await stage.post(b"{}"))[0] == 401
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])
    assert key not in str(raised.value)


@pytest.mark.parametrize("header", ["x-api-key", "api-key"])
async def test_the_headers_of_other_clients_carry_the_key_too(company: Company, header: str) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        key = await stage.key("alice")
        body = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
        assert (await stage.post(body, headers={header: key}))[0] == 200
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])


async def test_a_call_that_costs_more_than_was_held_is_booked_in_full(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")

        usage = {"prompt_tokens": 3_000, "completion_tokens": 2_000, "total_tokens": 5_000}
        stage.provider.script = saying(completion(usage=usage))
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO, max_tokens=10)
        assert await stage.sheet() == ({"alice": 15_000}, {}, [("ok", 3_000, 0, 2_000, 0, 5_000)])
        assert (await stage.rows())[0]["overrun"] > 4_000
