"""The door for calls: authorise, then settle or release. Everything goes through the group-commit book."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar

from core.directory.principals import Principal
from core.ledger.accounts import Kind, account_id
from core.ledger.book import Book
from core.ledger.ending import ReleaseHold
from core.ledger.holding import ExtendHold, Held, PlaceHold
from core.ledger.holds import Source
from core.ledger.settling import SettleHold
from core.policy.periods import day_of
from core.refusals import Because, Refusal, Refused
from core.spending.allow_draws import AllowDraws
from core.spending.allowances import Allowance, allowance_on, read_allotted
from core.spending.calls import Authorised, Call, Settled, charged_by_source, rows_of
from core.spending.route import Route, find_route
from core.spending.shortfall import explain
from core.storage.database import Database
from core.storage.retry import Pause, Persistence
from core.storage.transaction import Actor, Clock, Command, NewId

R = TypeVar("R")

ROUTE_LIFE: Final = 2.0
"""Seconds for which a route may be used again without reading it."""
MOST_ROUTES: Final = 10_000

_SYSTEM: Final = Actor.system("spending")


class Runs(Protocol):
    """The engine's `run`."""

    async def __call__(self, command: Command[R]) -> R:
        """Do a command."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    route: Route
    read_at: float


class Spending:
    """Authorises and settles calls. `run` is the engine's door, used only for a month's pool allowance.

    `monotonic` gives seconds and ages the routes; `ttl` is how long a hold lives unless it is extended.
    """

    def __init__(
        self,
        database: Database,
        book: Book,
        *,
        run: Runs,
        pause: Pause,
        clock: Clock,
        monotonic: Callable[[], float],
        new_id: NewId,
        ttl: timedelta,
    ) -> None:
        self._database: Final = database
        self._book: Final = book
        self._run: Final = run
        self._persistence: Final = Persistence(pause)
        self._clock: Final = clock
        self._monotonic: Final = monotonic
        self._new_id: Final = new_id
        self._ttl: Final = ttl
        self._allowed: Final[dict[tuple[str, str], tuple[date, int]]] = {}
        self._reading: Final[dict[tuple[str, str, str | None], asyncio.Task[Route]]] = {}
        self._routes: Final[OrderedDict[tuple[str, str, str | None], _Known]] = OrderedDict()

    async def authorise(
        self, principal: Principal, *, hold_id: str, estimate: int, project: str | None = None
    ) -> Authorised:
        """Hold `estimate` credits for a call. The same id with the same contents is the same hold.

        Raises Refused (OUT_OF_CREDITS says what is there and when more comes), StorageUnavailable.
        """
        route = await self._route(principal, project)
        order = self._order(principal, hold_id=hold_id, estimate=estimate, route=route)
        try:
            held = await self._book.submit(order)
        except Refused as refused:
            if refused.refusal.because is not Because.OUT_OF_CREDITS:
                raise
            return await self._authorise_with_pool(principal, order, project=project)
        return Authorised(principal, held, route.project_id, held.available)

    async def settle(self, authorised: Authorised, *, actual: int, call: Call) -> Settled:
        """Book what the call cost, with its usage row, once; repeat it safely after StorageUnavailable.

        Raises Refused when the hold was released, or settled with another amount.
        """
        principal, held = authorised.principal, authorised.held
        now = self._clock.now()
        sources = await self._whole_order(authorised) if actual > held.amount or now >= held.expires_at else ()
        settling = SettleHold(
            principal.organization_id,
            held.hold_id,
            actual,
            sources,
            account_id(Kind.PERSONAL, principal.user_id),
            now,
            day_of(now, principal.zone),
            _accounts_of(held),
        )
        ended = await self._book.submit(
            settling, lambda ended: rows_of(call, authorised, ended=ended, at=now, new_id=self._new_id)
        )
        ending = ended.ending
        remaining = max(0, authorised.available + held.amount - ending.settled)
        charged = charged_by_source(ending.charged)
        return Settled(charged, ending.settled, ending.overrun, ending.is_late, remaining)

    async def release(self, authorised: Authorised) -> None:
        """Give the whole hold back: the call cost nothing."""
        principal, now = authorised.principal, self._clock.now()
        likely = _accounts_of(authorised.held)
        await self._book.submit(
            ReleaseHold(principal.organization_id, authorised.hold_id, now, day_of(now, principal.zone), likely)
        )

    async def extend(self, authorised: Authorised, *, until: datetime) -> None:
        """Let the hold live until then: the call still runs."""
        principal, now = authorised.principal, self._clock.now()
        likely = _accounts_of(authorised.held)
        await self._book.submit(
            ExtendHold(principal.organization_id, authorised.hold_id, now, day_of(now, principal.zone), until, likely)
        )

    async def _authorise_with_pool(self, principal: Principal, order: PlaceHold, *, project: str | None) -> Authorised:
        """Decide once more with what is true now, and with the pool behind it."""
        route = await self._read_route(principal, project)
        pool = await self._pool_source(principal, route)
        again = self._order(principal, hold_id=order.hold_id, estimate=order.amount, route=route, pool=pool)
        try:
            held = await self._book.submit(again)
        except Refused as refused:
            if refused.refusal.because is not Because.OUT_OF_CREDITS:
                raise
            raise Refused(await self._explained(principal, refused)) from None
        return Authorised(principal, held, route.project_id, held.available)

    def _order(
        self, principal: Principal, *, hold_id: str, estimate: int, route: Route, pool: tuple[Source, ...] = ()
    ) -> PlaceHold:
        now = self._clock.now()
        return PlaceHold(
            principal.organization_id,
            hold_id,
            estimate,
            (*route.sources, *pool),
            f"{principal.user_id} {estimate} {route.project_id or '-'}",
            now,
            day_of(now, principal.zone),
            now + self._ttl,
        )

    async def _whole_order(self, authorised: Authorised) -> tuple[Source, ...]:
        """The whole spending order as it is now, for what the hold does not cover.

        A project that was archived or left during the call pays no more; what was spent is booked all the same.
        """
        try:
            route = await self._read_route(authorised.principal, authorised.project_id)
        except Refused:
            route = await self._read_route(authorised.principal, None)
        return (*route.sources, *await self._pool_source(authorised.principal, route))

    async def _pool_source(self, principal: Principal, route: Route) -> tuple[Source, ...]:
        """The pool with this month's allowance, opened when the month has none yet, and brought to a new limit."""
        reach = route.pool
        if reach is None:
            return ()
        allowance = allowance_on(reach.team_id, reach.user_id, day=day_of(self._clock.now(), principal.zone))
        if self._allowed.get((reach.team_id, reach.user_id)) != (allowance.month, reach.monthly):
            await self._allow(principal, allowance, monthly=reach.monthly)
        return (Source(account_id(Kind.POOL, reach.team_id), allowance.account),)

    async def _allow(self, principal: Principal, allowance: Allowance, *, monthly: int) -> None:
        """Every state of the allowance is brought to the limit once, by whichever process meets it first."""
        async with self._database.snapshot() as connection:
            standing = await read_allotted(connection, principal.organization_id, allowance=allowance)
        if standing is None or standing.limit != monthly:
            version = "new" if standing is None else str(standing.version)
            await self._run(
                AllowDraws(
                    id=f"{allowance.owner}/{version}",
                    organization_id=principal.organization_id,
                    actor=_SYSTEM,
                    team_id=allowance.team_id,
                    user_id=allowance.user_id,
                    month=allowance.month,
                )
            )
        self._allowed[allowance.team_id, allowance.user_id] = (allowance.month, monthly)

    async def _route(self, principal: Principal, project: str | None) -> Route:
        known = self._routes.get((principal.organization_id, principal.user_id, project))
        if known is not None and self._monotonic() - known.read_at < ROUTE_LIFE:
            return known.route
        return await self._read_route_once(principal, project)

    async def _read_route_once(self, principal: Principal, project: str | None) -> Route:
        """One reading for all calls that wait for the same route: else every expiry would be a stampede."""
        key = (principal.organization_id, principal.user_id, project)
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(self._read_route(principal, project))
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(task)

    async def _read_route(self, principal: Principal, project: str | None) -> Route:
        read_at, now = self._monotonic(), self._clock.now()

        async def read() -> Route:
            async with self._database.snapshot() as connection:
                return await find_route(connection, principal, project=project, now=now)

        route = await self._persistence.run(read)
        self._routes[principal.organization_id, principal.user_id, project] = _Known(route, read_at)
        if len(self._routes) > MOST_ROUTES:
            self._routes.popitem(last=False)
        return route

    async def _explained(self, principal: Principal, refused: Refused) -> Refusal:
        async with self._database.snapshot() as connection:
            return await explain(connection, principal, refusal=refused.refusal, now=self._clock.now())


def _accounts_of(held: Held) -> tuple[str, ...]:
    """The accounts a hold reserved on, allowances included."""
    names = (name for line in held.lines for name in (line.account, line.allowance) if name is not None)
    return tuple(dict.fromkeys(names))
