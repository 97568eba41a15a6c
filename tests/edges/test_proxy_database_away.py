"""With the database away nothing can be spent; what was spent already is booked as soon as it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from core.storage.database import Database
from tests.company import Company, found_company
from tests.edges.stage import open_stage
from tests.edges.test_proxy_pages import get
from tests.fault_proxy import FaultProxy, faulty
from tests.migrated import migrate
from tests.postgres import Postgres

HELLO: Any = [{"role": "user", "content": "Hello"}]
PAID = ("ok", 24, 8, 17, 5, 41)

pytestmark = pytest.mark.postgres


@pytest.fixture
async def line(postgres: Postgres) -> AsyncIterator[FaultProxy]:
    """A way to a Postgres database that can be cut."""
    url = postgres.create(migrate)
    async with faulty(url) as line:
        yield line
    postgres.drop(url)


@pytest.fixture
async def far_company(line: FaultProxy) -> AsyncIterator[Company]:
    """Acme, at the other end of that way."""
    async with Database(line.url) as database:
        yield await found_company(database)


async def test_nothing_is_asked_of_a_provider_while_nobody_can_say_what_is_there(
    far_company: Company, line: FaultProxy
) -> None:
    await far_company.fund("alice", 20_000)
    async with open_stage(far_company) as stage:
        client = await stage.client("alice")
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        await line.go_away()
        with pytest.raises(openai.InternalServerError) as raised:
            await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        assert (raised.value.status_code, raised.value.code) == (503, "database_unavailable")
        assert (await get(stage, "/readyz", handle=None))[0] == 503
        assert (await get(stage, "/healthz", handle=None))[0] == 200
        assert len(stage.provider.received) == 1
        line.come_back()
        assert (await get(stage, "/readyz", handle=None))[0] == 200
        await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        assert await stage.sheet() == ({"alice": 20_000 - 2 * 41}, {}, [PAID, PAID])


async def test_an_answer_that_was_paid_for_reaches_the_caller_and_is_booked_when_the_database_is_back(
    far_company: Company, line: FaultProxy
) -> None:
    await far_company.fund("alice", 20_000)
    async with open_stage(far_company) as stage:
        stage.provider.script = stage.provider.waiting
        client = await stage.client("alice")
        call = asyncio.ensure_future(
            client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=HELLO)
        )
        await stage.provider.reached.wait()
        await line.go_away()
        stage.provider.go_on.set()
        answer = await call
        assert answer.headers["x-alfred-cost-tokens"] == "41"
        assert "x-alfred-quota-remaining" not in answer.headers
        line.come_back()
        assert await stage.sheet() == ({"alice": 19_959}, {}, [PAID])
