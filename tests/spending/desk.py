"""A till for tests: the real book and the real spending door over a company's database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.principals import Principal
from core.directory.units import Metering, Units
from core.ledger.accounts import Kind
from core.ledger.book import Book
from core.ledger.locking import open_account
from core.spending.calls import Authorised, Call, Settled
from core.spending.spending import Spending
from core.storage.hot import HotStore
from core.storage.hot_postgres import PostgresHotStore
from core.storage.hot_sqlite import SqliteHotStore
from core.storage.tables import outbox, usage, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from tests.company import Company, Fund

QUARTER: Final = timedelta(minutes=15)

A_CALL: Final = Call(
    provider="sandbox",
    model="sandbox-small",
    endpoint="chat/completions",
    status="ok",
    input_tokens=100,
    cached_tokens=0,
    output_tokens=50,
    reasoning_tokens=0,
    cost_usd=Decimal("0.00015"),
    latency_ms=12,
    first_byte_ms=None,
    is_estimated=False,
    tags={},
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The receipt of OpenBoost."""

    account: str


@dataclass(frozen=True, kw_only=True)
class OpenBoost:
    """An empty boost account for a person, for tests that need one before overrides exist."""

    id: str
    organization_id: str
    actor: Actor
    override_id: str
    user_id: str
    ends_at: datetime

    needs: ClassVar[str] = Permission.ALLOCATE

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Opened:
        """Refuses nothing."""
        account = await open_account(
            tx, Kind.BOOST, owner_id=self.override_id, belongs_to=self.user_id, ends_at=self.ends_at
        )
        tx.record(AuditNote("test.boosted", organization_place(tx), subject_id=self.user_id))
        return Opened(account)


class Desk:
    """Spends as a person of the company would, in one line."""

    def __init__(self, company: Company, spending: Spending, *, book: Book) -> None:
        self.company: Final = company
        self.spending: Final = spending
        self.book: Final = book
        self.ticks = 0.0

    def principal(self, handle: str, *, team: str | None = "Backend", department: str = "Engineering") -> Principal:
        """A person with a key."""
        company = self.company
        return Principal(
            organization_id=company.id,
            user_id=company.user(handle),
            handle=handle,
            key_id="key_test",
            environment="production",
            team_id=company.node(team) if team else None,
            department_id=company.node(department),
            path=(company.id,),
            is_service=False,
            zone=ZoneInfo("Europe/Berlin"),
            units=Units(Metering.TOKENS, None, {}),
        )

    async def hold(
        self, handle: str, amount: int, *, project: str | None = None, hold_id: str | None = None
    ) -> Authorised:
        """Authorise a call."""
        return await self.spending.authorise(
            self.principal(handle), hold_id=hold_id or self.company.new_id("hold"), estimate=amount, project=project
        )

    async def call(self, handle: str, amount: int, project: str | None = None) -> Settled:
        """Hold and settle exactly that."""
        held = await self.hold(handle, amount, project=project)
        return await self.spending.settle(held, actual=amount, call=A_CALL)

    async def boost(self, handle: str, amount: int, *, name: str, hours: int) -> str:
        """Give a person a boost that ends so many hours from now."""
        company = self.company
        ends_at = company.clock.now() + timedelta(hours=hours)
        opened = await company.run(
            OpenBoost, by="operator", override_id=name, user_id=company.user(handle), ends_at=ends_at
        )
        await company.run(Fund, by="operator", account=opened.account, amount=amount)
        return opened.account

    async def make_junior(self, handle: str) -> None:
        """Have somebody begin their career."""
        async with self.company.database.begin() as connection:
            await connection.execute(
                update(users).where(users.c.id == self.company.user(handle)).values(seniority="junior")
            )

    async def usage(self) -> list[dict[str, Any]]:
        """The usage rows, oldest first."""
        async with self.company.database.snapshot() as connection:
            rows = await connection.execute(select(usage).order_by(usage.c.at, usage.c.id))
            return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name begins so

    async def told(self) -> list[tuple[str, int]]:
        """Low-balance events: their type and percent."""
        async with self.company.database.snapshot() as connection:
            rows = await connection.execute(select(outbox).where(outbox.c.type.like("quota.%")).order_by(outbox.c.id))
            return [(row.type, row.payload["percent"]) for row in rows]


@asynccontextmanager
async def open_desk(company: Company) -> AsyncIterator[Desk]:
    """Start a book over the company's database, with a door for calls."""
    database = company.database
    store: HotStore = (
        SqliteHotStore(str(database.url.database), database.writer)
        if database.is_sqlite
        else PostgresHotStore(database.url)
    )
    async with Book(store) as book:
        ticks = [0.0]
        spending = Spending(
            database,
            book,
            run=company.engine.run,
            pause=asyncio.sleep,
            clock=company.clock,
            monotonic=lambda: ticks[0],
            new_id=company.new_id,
            ttl=QUARTER,
        )
        yield Desk(company, spending, book=book)
