"""The real proxy on a real port, in front of a provider that does what a test tells it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final

import aiohttp
from aiohttp import web
from openai import AsyncOpenAI
from sqlalchemy import select

from core.directory.create_key import CreateKey
from core.directory.keys import Secret, new_secret
from core.directory.principals import Principals
from core.ledger.book import Book
from core.ledger.verify import verify
from core.spending.spending import Spending
from core.storage.hot import HotStore
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.tables import usage
from proxy.app import add_proxy
from proxy.metering import CallPolicy
from proxy.parts import Bounds, Proxy
from proxy.patience import Patience, PatientRunner
from proxy.settling import Settling
from proxy.upstreams.openai_compatible import OpenAICompatible, UpstreamTimeouts, new_session
from proxy.upstreams.routes import Routes
from proxy.upstreams.sandbox import Sandbox
from proxy.upstreams.upstream import Upstream
from tests.company import Company
from tests.edges.provider import Provider, open_provider

PEPPER: Final = bytes(range(32))
PROVIDER_KEY: Final = "sk-canary-provider-key-0123456789"
QUARTER: Final = timedelta(minutes=15)
PATIENT: Final = UpstreamTimeouts(connect=20, read=20, total=20)
USAGE_SHOWN: Final = ("status", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "credits")

_NUMBERS: Final = count(1)


@dataclass(slots=True)
class Stage:
    """The running proxy, and short words for calling it."""

    company: Company
    provider: Provider
    proxy: Proxy
    url: str
    ticks: list[float]
    keys: dict[str, Secret] = field(default_factory=dict)
    clients: list[AsyncOpenAI] = field(default_factory=list)

    async def key(self, handle: str, *, company: Company | None = None) -> str:
        """A person's key, made on first use."""
        company = company or self.company
        if handle not in self.keys:
            secret = new_secret(next(_NUMBERS).to_bytes(32))
            await company.run(
                CreateKey,
                by="operator",
                user_id=company.user(handle),
                name=f"{handle} test",
                digest=secret.digest(PEPPER),
                hint=secret.hint,
            )
            self.keys[handle] = secret
        return self.keys[handle].text

    async def client(self, handle: str, *, company: Company | None = None) -> AsyncOpenAI:
        """The official client with a person's key."""
        key = await self.key(handle, company=company)
        client = AsyncOpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, timeout=20)
        self.clients.append(client)
        return client

    async def quiet(self) -> None:
        """Wait until every call has ended, also those that their callers left."""
        await self.proxy.settling.drain(20)

    async def usage(self) -> list[tuple[Any, ...]]:
        """The usage rows in the order of their ids: status, token parts, credits."""
        return [tuple(row[name] for name in USAGE_SHOWN) for row in await self.rows()]

    async def rows(self) -> list[dict[str, Any]]:
        """The usage rows, whole."""
        async with self.company.database.snapshot() as connection:
            found = await connection.execute(select(usage).order_by(usage.c.id))
            return [dict(row) for row in found.mappings()]

    async def sheet(self) -> tuple[dict[str, int], dict[str, int], list[tuple[Any, ...]]]:
        """Everything that counts once all is quiet: balances, what is held, usage rows; and that the books agree."""
        await self.quiet()
        assert (await verify(self.company.database)).drift == []
        return await self.company.balances(), await self.company.held(), await self.usage()

    async def post(
        self,
        body: bytes | io.BytesIO | AsyncIterator[bytes],
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """One request with any bytes; status and JSON of the answer."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/v1/chat/completions", data=body, headers=sent) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


@asynccontextmanager
async def open_stage(
    company: Company,
    *,
    patterns: Sequence[str] = ("gpt-*",),
    sandbox: Sequence[str] = (),
    policy: CallPolicy | None = None,
    bounds: Bounds | None = None,
    header_seconds: float = 30,
    timeouts: UpstreamTimeouts = PATIENT,
) -> AsyncIterator[Stage]:
    """Start everything over a company's database."""
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(open_provider())
        session = await stack.enter_async_context(new_session())
        book = await stack.enter_async_context(Book(_store(company)))
        openai = OpenAICompatible(
            session,
            name="openai",
            base_url=provider.url,
            api_key=PROVIDER_KEY,
            patterns=patterns,
            timeouts=timeouts,
        )
        upstreams: list[Upstream] = [openai]
        if sandbox:
            upstreams.append(Sandbox(name="sandbox", patterns=sandbox, pause=_no_pause))
        ticks = [0.0]
        proxy = _proxy(company, book, ticks, upstreams=upstreams, policy=policy, bounds=bounds)
        patience = Patience(header_seconds)
        app = web.Application()
        add_proxy(app, proxy, patience=patience)
        runner = PatientRunner(app, patience, access_log=None, shutdown_timeout=5)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stage = Stage(company, provider, proxy, f"http://127.0.0.1:{site.port}", ticks)
        stack.push_async_callback(_leave, stage)
        yield stage


def _proxy(
    company: Company,
    book: Book,
    ticks: list[float],
    *,
    upstreams: Sequence[Upstream],
    policy: CallPolicy | None,
    bounds: Bounds | None,
) -> Proxy:
    spending = Spending(
        company.database,
        book,
        run=company.engine.run,
        pause=asyncio.sleep,
        clock=company.clock,
        monotonic=lambda: ticks[0],
        new_id=company.new_id,
        ttl=QUARTER,
    )
    return Proxy(
        engine=company.engine,
        principals=Principals(company.database, PEPPER, monotonic=lambda: ticks[0]),
        spending=spending,
        settling=Settling(spending, clock=company.clock, pause=asyncio.sleep, ttl=QUARTER),
        routes=Routes(upstreams),
        policy=policy or CallPolicy(default_output_cap=1_000),
        bounds=bounds or Bounds(),
        clock=company.clock,
        monotonic=lambda: ticks[0],
        new_id=company.new_id,
    )


def _store(company: Company) -> HotStore:
    database = company.database
    if database.is_sqlite:
        return SqliteHotStore(str(database.url.database), database.writer)
    return PostgresHotStore(database.url)


async def _leave(stage: Stage) -> None:
    stage.provider.go_on.set()
    for client in stage.clients:
        await client.close()


async def _no_pause() -> None:
    return None
