"""Alfred with everything on: authentication, hold, settlement, usage row. Prints its port and a few keys."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from aiohttp import ClientSession, web

from alfred.ids import new_id
from core.directory.create_key import CreateKey
from core.directory.keys import new_secret
from core.directory.principals import Principals
from core.engine import Engine
from core.ledger.book import Book
from core.spending.calls import Authorised
from core.spending.spending import Spending
from core.storage.database import Database
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.migrate import upgrade
from proxy.app import add_proxy
from proxy.metering import CallPolicy
from proxy.parts import Bounds, Proxy
from proxy.patience import Patience, PatientRunner
from proxy.settling import Settling
from proxy.upstreams.openai_compatible import OpenAICompatible, UpstreamTimeouts, new_session
from proxy.upstreams.routes import Routes
from tests.company import Company, found_company

PEPPER = bytes(32)
TTL = timedelta(minutes=15)
SPENDERS = ("alice", "bob", "carol", "dan")
PLENTY = 10**12


class Wall:
    """The machine's clock."""

    def now(self) -> datetime:
        """An aware time."""
        return datetime.now(UTC)


class TimedSpending(Spending):
    """Remembers how long each hold took, in seconds."""

    seconds: list[float]

    async def authorise(self, *arguments: Any, **named: Any) -> Authorised:  # noqa: ANN401  whatever it takes
        """The same, timed."""
        began = time.perf_counter()
        held = await super().authorise(*arguments, **named)
        self.seconds.append(time.perf_counter() - began)
        return held

    async def told(self, _http: web.Request) -> web.Response:
        """p50 and p95 in milliseconds since the last time somebody asked."""
        cuts = statistics.quantiles(self.seconds, n=20) if len(self.seconds) > 1 else [0.0] * 19
        self.seconds.clear()
        return web.json_response({"p50": cuts[9] * 1000, "p95": cuts[18] * 1000})


async def make_keys(company: Company, spenders: Sequence[str]) -> list[str]:
    """Money and a key for everybody."""
    keys = []
    for number, handle in enumerate(spenders):
        secret = new_secret((number + 1).to_bytes(32))
        await company.fund(handle, PLENTY)
        digest = secret.digest(PEPPER)
        user_id = company.user(handle)
        await company.run(CreateKey, by="operator", user_id=user_id, name="bench", digest=digest, hint=secret.hint)
        keys.append(secret.text)
    return keys


def timed_spending(database: Database, book: Book, *, engine: Engine) -> TimedSpending:
    """As a server has it."""
    spending = TimedSpending(
        database,
        book,
        run=engine.run,
        pause=asyncio.sleep,
        clock=Wall(),
        monotonic=time.monotonic,
        new_id=new_id,
        ttl=TTL,
    )
    spending.seconds = []
    return spending


def upstream_at(provider: str, session: ClientSession) -> OpenAICompatible:
    """The provider at this URL."""
    return OpenAICompatible(
        session,
        name="openai",
        base_url=f"{provider}/v1",
        api_key="sk-bench",
        patterns=("gpt-*",),
        timeouts=UpstreamTimeouts(connect=10, read=60, total=300),
    )


async def main(url: str, provider: str) -> None:
    """Serve until killed."""
    async with Database(url) as database:
        await upgrade(database)
        keys = await make_keys(await found_company(database), SPENDERS)
        sqlite = database.is_sqlite
        store = (
            SqliteHotStore(str(database.url.database), database.writer) if sqlite else PostgresHotStore(database.url)
        )
        async with Book(store) as book, new_session() as session:
            engine = Engine(database, clock=Wall(), new_id=new_id)
            spending = timed_spending(database, book, engine=engine)
            proxy = Proxy(
                engine=engine,
                principals=Principals(database, PEPPER, monotonic=time.monotonic),
                spending=spending,
                settling=Settling(spending, clock=Wall(), pause=asyncio.sleep, ttl=TTL),
                routes=Routes([upstream_at(provider, session)]),
                policy=CallPolicy(),
                bounds=Bounds(),
                clock=Wall(),
                monotonic=time.monotonic,
                new_id=new_id,
            )
            app, patience = web.Application(), Patience(30)
            add_proxy(app, proxy, patience=patience)
            app.router.add_get("/bench/holds", spending.told)
            runner = PatientRunner(app, patience, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            print(site.port, json.dumps(keys), flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--provider", required=True)
    given = parser.parse_args()
    uvloop.run(main(given.database, given.provider))
