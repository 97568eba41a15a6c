"""What the proxy tells beside calls: models, quota, past calls, health; and the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from core.directory.principals import Principal
from core.directory.units import Metering
from core.storage.database import Database
from proxy.metering import CallPolicy
from tests.company import Company, found_company, found_rival
from tests.edges.stage import Stage, open_stage

HELLO: Any = [{"role": "user", "content": "Hello"}]
PAID = ("ok", 24, 8, 17, 5, 41)


async def get(stage: Stage, path: str, *, handle: str | None, company: Company | None = None) -> tuple[int, Any]:
    """Status and JSON of a page, as somebody."""
    headers = {"Authorization": f"Bearer {await stage.key(handle, company=company)}"} if handle else {}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(f"{stage.url}{path}") as answer:
        return answer.status, await answer.json()


async def test_the_models_of_all_providers_are_listed_as_far_as_they_are_served(sqlite_company: Company) -> None:
    async with open_stage(sqlite_company, sandbox=("sandbox-small",)) as stage:
        client = await stage.client("alice")
        assert [(model.id, model.owned_by) async for model in await client.models.list()] == [
            ("gpt-4o-mini", "provider"),
            ("sandbox-small", "sandbox"),
        ]
        assert (await get(stage, "/v1/models", handle=None))[0] == 401


async def test_the_quota_page_says_what_is_there(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        status, sheet = await get(stage, "/v1/alfred/quota", handle="alice")
    assert (status, sheet["handle"], sheet["available"], sheet["held"]) == (200, "alice", 19_959, 0)
    assert sheet["month"] == {"calls": 1, "credits": 41, "cost_usd": "0.0000132", "boosted": 0}


async def test_a_past_call_is_told_to_its_caller_and_to_nobody_else(company: Company) -> None:
    rival = await found_rival(company)
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        client = await stage.client("alice")
        answer = await client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=HELLO)
        path = f"/v1/alfred/requests/{answer.headers['x-alfred-request-id']}"
        status, call = await get(stage, path, handle="alice")
        assert (status, call["state"], call["usage"]["credits"]) == (200, "settled", 41)
        assert call["usage"]["sources"] == {"personal": 41}
        for handle, whose in (("bob", company), ("mallory", rival)):
            assert (await get(stage, path, handle=handle, company=whose))[0] == 404


async def test_a_call_that_still_runs_is_open_and_one_that_failed_was_released(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_stage(company) as stage:
        stage.provider.script = stage.provider.waiting
        client = await stage.client("alice")
        authorised = await stage.proxy.spending.authorise(
            await _principal(stage, "alice"), hold_id=company.new_id("hold"), estimate=500
        )
        path = f"/v1/alfred/requests/{authorised.hold_id}"
        assert (await get(stage, path, handle="alice"))[1]["state"] == "open"
        await stage.proxy.settling.release(authorised)
        assert (await get(stage, path, handle="alice"))[1] == {
            "id": authorised.hold_id,
            "state": "released",
            "usage": None,
        }
        assert client is not None


async def test_an_id_that_no_database_takes_is_refused_in_a_sentence(sqlite_company: Company) -> None:
    async with open_stage(sqlite_company) as stage:
        status, answer = await get(stage, "/v1/alfred/requests/%00", handle="alice")
    assert (status, answer["error"]["code"]) == (400, "bad_value")
    assert answer["error"]["message"] == "A value in this request cannot be used."


async def _principal(stage: Stage, handle: str) -> Principal:
    await stage.key(handle)
    return await stage.proxy.principals.by_key(stage.keys[handle], now=stage.company.clock.now())


async def test_health_needs_no_key_and_tells_of_database_and_providers(sqlite_company: Company) -> None:
    async with open_stage(sqlite_company) as stage:
        assert await get(stage, "/healthz", handle=None) == (200, {"status": "ok"})
        assert await get(stage, "/readyz", handle=None) == (
            200,
            {"status": "ok", "database": "up", "providers": {"openai": "unknown"}},
        )


@pytest.mark.parametrize("path", ["/healthz", "/v1/models", "/nowhere"])
async def test_no_answer_tells_what_the_server_is_made_of(sqlite_company: Company, path: str) -> None:
    async with (
        open_stage(sqlite_company) as stage,
        aiohttp.ClientSession() as session,
        session.get(f"{stage.url}{path}") as answer,
    ):
        assert answer.headers["Server"] == "Alfred"


async def test_the_sandbox_always_says_the_same_and_streams_the_same(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 20_000)
    async with open_stage(sqlite_company, patterns=("none",), sandbox=("*",)) as stage:
        client = await stage.client("alice")
        answers = [
            await client.chat.completions.create(model="o3-mini", messages=HELLO, max_tokens=500) for _ in range(2)
        ]
        assert answers[0] == answers[1]
        usage: Any = answers[0].usage
        assert usage.completion_tokens_details.reasoning_tokens > 0
        long: Any = [{"role": "user", "content": "Tell me more. " * 600}]
        stream = await client.chat.completions.create(model="gpt-4o", messages=long, stream=True, max_tokens=7)
        words = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert len("".join(words).split()) == 7
        balances, held, rows = await stage.sheet()
    assert [row[0] for row in rows] == ["ok"] * 3
    assert rows[2][2] >= 1_024  # the prefix of a long prompt counts as cached
    assert (balances, held) == ({"alice": 20_000 - sum(row[-1] for row in rows)}, {})


async def test_by_cost_a_call_is_paid_in_millionths_of_a_dollar_and_an_unpriced_model_is_refused(
    sqlite_database: Database,
) -> None:
    company = await found_company(sqlite_database, metering=Metering.COST)
    await company.fund("alice", 20_000)
    async with open_stage(company, patterns=("gpt-*", "mystery")) as stage:
        key = await stage.key("alice")
        body = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
        assert (await stage.post(body, key=key))[0] == 200
        status, answer = await stage.post(body.replace(b"gpt-4o-mini", b"mystery"), key=key)
        assert (status, answer["error"]["code"]) == (403, "unpriced_model")
        # 13.2 millionths of a dollar, rounded up to a credit.
        assert await stage.sheet() == ({"alice": 19_986}, {}, [(*PAID[:-1], 14)])


async def test_a_ceiling_price_pays_for_models_that_nobody_knows_and_is_marked_as_an_estimate(
    sqlite_database: Database,
) -> None:
    company = await found_company(sqlite_database, metering=Metering.COST)
    await company.fund("alice", 200_000)
    policy = CallPolicy(default_output_cap=1_000, ceiling=Decimal(100))
    async with open_stage(company, patterns=("mystery",), policy=policy) as stage:
        key = await stage.key("alice")
        body = b'{"model":"mystery","messages":[{"role":"user","content":"Hello"}]}'
        assert (await stage.post(body, key=key))[0] == 200
        assert await stage.sheet() == ({"alice": 195_900}, {}, [(*PAID[:-1], 4_100)])
        row = (await stage.rows())[0]
    assert (row["is_estimated"], row["cost_usd"]) == (True, Decimal("0.0041"))
