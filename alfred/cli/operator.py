"""Acting as the operator: whoever may open the server's database, recorded with the name of the OS user."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alfred.clocks import WallClock, following
from alfred.data_folder import local_defaults
from alfred.ids import EngineIds, new_id
from alfred.settings import Settings, load_settings
from alfred.stop import Stop
from alfred.wiring import open_database, require_current
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Reply
from bot.replies.telling import Telling
from core.directory.units import Metering, Units
from core.engine import Engine
from core.refusals import Refusal, Refused
from core.storage.database import Database
from core.storage.tables import organizations, users
from core.storage.transaction import Actor, Command, Question

R = TypeVar("R")
T = TypeVar("T")

PLAIN: Final = Units(Metering.TOKENS, None, {})
"""How amounts are told where there is no organization yet."""


class Told(Exception):
    """A refusal with the words that a person is told."""

    def __init__(self, refusal: Refusal, reply: Reply) -> None:
        super().__init__(reply.title)
        self.refusal = refusal
        self.reply = reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """At the open database. `organization_id` is the one that was named, else the only one."""

    settings: Settings
    database: Database
    engine: Engine
    actor: Actor
    organization_id: str

    async def run(self, command: Callable[..., Command[R]], **fields: Any) -> R:  # noqa: ANN401  the command's own fields
        """Do a command; raises Refused."""
        return await self.engine.run(command(id=new_id("cmd"), **self._who(), **fields))

    async def ask(self, question: Callable[..., Question[R]], **fields: Any) -> R:  # noqa: ANN401  the question's own fields
        """Ask; raises Refused."""
        return await self.engine.ask(question(**self._who(), **fields))

    def _who(self) -> dict[str, Any]:
        return {"organization_id": self.organization_id, "actor": self.actor}


def act(work: Callable[[Operator], Awaitable[T]], *, organization: str | None = None) -> T:
    """Open the configured database (or the demo of this folder) and work in it as the operator."""

    async def inside() -> T:
        async with opened(organization) as operator:
            return await work(operator)

    return asyncio.run(inside())


def os_user() -> str:
    """The name that the audit trail gets."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"


@asynccontextmanager
async def database_alone() -> AsyncIterator[Database]:
    """The configured database with the tables of this version."""
    async with open_database(load_settings(defaults=local_defaults())) as database:
        await require_current(database)
        yield database


@asynccontextmanager
async def opened(organization: str | None) -> AsyncIterator[Operator]:
    """The operator at the configured database. Raises Stop, Refused in words as Told."""
    settings = load_settings(defaults=local_defaults())
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        await require_current(database)
        clock = await stack.enter_async_context(following(database, WallClock()))
        chosen = await _organization(database, organization)
        operator = Operator(
            settings=settings,
            database=database,
            engine=Engine(database, clock=clock, new_id=EngineIds(clock)),
            actor=Actor.operator(os_user()),
            organization_id=chosen,
        )
        try:
            yield operator
        except Refused as refused:
            raise await _told(database, refused, organization_id=chosen) from refused


async def _organization(database: Database, named: str | None) -> str:
    """The organization of that name or id; without one the only one there is."""
    async with database.snapshot() as connection:
        rows = (
            await connection.execute(
                select(organizations.c.organization_id, organizations.c.name).order_by(organizations.c.name)
            )
        ).all()
    if named is not None and named.startswith("org_"):
        return named  # it may be the one that is about to be created
    if named is None:
        if len(rows) == 1:
            return str(rows[0].organization_id)
        if not rows:
            raise Stop("There is no organization yet: `alfred admin org create NAME` makes one.")
        raise Stop(f"Which organization? Name it with --org: {', '.join(row.name for row in rows)}.")
    fitting = [row.organization_id for row in rows if named in {row.organization_id, row.name}]
    if len(fitting) != 1:
        raise Stop(f"There {'is no' if not fitting else 'are several'} {named}: name an organization's id.")
    return str(fitting[0])


async def _told(database: Database, refused: Refused, *, organization_id: str) -> Told:
    """The refusal in the organization's units and with the names of its people."""
    async with database.snapshot() as connection:
        row = (
            await connection.execute(select(organizations).where(organizations.c.organization_id == organization_id))
        ).one_or_none()
        named = {str(fact) for fact in refused.refusal.facts.values() if str(fact).startswith("usr_")}
        people = await connection.execute(
            select(users.c.id, users.c.handle).where(users.c.organization_id == organization_id, users.c.id.in_(named))
        )
        names = {person.id: person.handle for person in people}
    units = Units(Metering(row.metering), row.credits_per_usd, row.custom_units) if row else PLAIN
    telling = Telling(units, ZoneInfo(row.time_zone if row else "UTC"), names)
    return Told(refused.refusal, refusal_reply(refused.refusal, telling, to_operator=True))
