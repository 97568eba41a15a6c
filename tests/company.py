"""Acme, a small company built through the real engine: known people, a clock that stands, ids that repeat.

Acme (Europe/Berlin)     frank finance_admin · grace super_admin · henry auditor
  Engineering            erin dept_manager
    Backend              alice, bob developers · carol team_lead · ci-bot service account
      Apollo             project of alice and bob
    Platform             dan developer
  Sales
    Field                nobody yet
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, func, select

from core.access.matrix import Role
from core.directory.create_node import CreateNode
from core.directory.create_organization import CreateOrganization
from core.directory.create_user import BaseRole, CreateUser
from core.directory.grant_role import GrantRole
from core.directory.join_project import JoinProject
from core.directory.tree import NodeKind
from core.directory.units import Metering
from core.engine import Engine
from core.ledger.accounts import NEVER, Kind, account_id
from core.refusals import Refusal, Refused
from core.storage.database import Database
from core.storage.tables import accounts, audit_events, nodes, outbox, postings, users
from core.storage.transaction import Actor, Command, Question, Transaction
from tests.funding import Fund, Funded
from tests.standing import MONDAY, CountedIds, StandingClock

__all__ = [
    "MONDAY",
    "OPERATOR",
    "SYSTEM",
    "Company",
    "CountedIds",
    "Fund",
    "Funded",
    "StandingClock",
    "find_company",
    "found_company",
    "found_company_at",
    "found_rival",
]

R = TypeVar("R")

AFTER_FOUNDING: Final = 1_000
"""The number of the first id that a test makes in a copy of Acme."""

OPERATOR: Final = Actor.operator("root")
SYSTEM: Final = Actor.system("test")


@dataclass(frozen=True, slots=True)
class Traces:
    """How much there is of everything that a refused deed must not add to."""

    balances: dict[str, int]
    held: dict[str, int]
    postings: int
    events: int
    messages: int


class Company:
    """One organization in one database, and short words for doing things in it."""

    def __init__(
        self, database: Database, *, name: str, ids: CountedIds, clock: StandingClock, known_as: str | None = None
    ) -> None:
        self.database: Final = database
        self.clock: Final = clock
        self.new_id: Final = ids
        self.engine: Final = Engine(database, clock=clock, new_id=ids)
        self.name: Final = name
        self.id: Final = known_as or ids("org")
        self.users: Final[dict[str, str]] = {}
        self.nodes: Final[dict[str, str]] = {name: self.id}

    def user(self, handle: str) -> str:
        """A person's id."""
        return self.users[handle]

    def node(self, name: str) -> str:
        """A node's id."""
        return self.nodes[name]

    def actor(self, who: str) -> Actor:
        """A person by handle, `operator`, or `system`."""
        return {"operator": OPERATOR, "system": SYSTEM}.get(who) or Actor.user(self.user(who))

    def account(self, whose: str) -> str:
        """The account id of `alice`, of `Backend` (its budget) or of `Backend pool`."""
        if whose in self.users:
            return account_id(Kind.PERSONAL, self.users[whose])
        team, _, pool = whose.rpartition(" ")
        if pool == "pool" and team in self.nodes:
            return account_id(Kind.POOL, self.nodes[team])
        return account_id(Kind.BUDGET, self.nodes[whose])

    async def run(self, command: type[Command[R]], *, by: str, at: datetime | None = None, **fields: object) -> R:
        """Run a command as somebody; an id is minted unless one is given."""
        return await self.engine.run(command(**self._filled(fields, by)), at=at)

    async def ask(self, question: type[Question[R]], *, by: str, **fields: object) -> R:
        """Ask as somebody."""
        return await self.engine.ask(question(**self._asked(fields, by)))

    async def refused(
        self, command: type[Command[Any]], *, by: str, at: datetime | None = None, **fields: object
    ) -> Refusal:
        """Run a command that must be refused, and see that it left nothing behind; return the refusal."""
        before = await self.traces()
        try:
            receipt = await self.engine.run(command(**self._filled(fields, by)), at=at)
        except Refused as refused:
            assert await self.traces() == before
            return refused.refusal
        message = f"{command.__name__} was not refused: {receipt}"
        raise AssertionError(message)

    async def fund(self, whose: str, amount: int, *, expires_on: date = NEVER) -> None:
        """Give new credits to `alice`, `Backend`, `Backend pool` or `Acme`."""
        await self.fund_account(self.account(whose), amount, expires_on=expires_on)

    async def fund_account(self, account: str, amount: int, *, expires_on: date = NEVER) -> None:
        """Give new credits to an account by its id, a boost for one."""
        await self.run(Fund, by="operator", account=account, amount=amount, expires_on=expires_on)

    async def balances(self) -> dict[str, int]:
        """What every person, budget and pool has, held credits included; those with nothing are left out."""
        return await self._sheet(accounts.c.credits - accounts.c.debits)

    async def held(self) -> dict[str, int]:
        """What open holds have reserved."""
        return await self._sheet(accounts.c.held)

    async def traces(self) -> Traces:
        """Everything that a refused deed must leave as it is."""
        async with self.database.snapshot() as connection:
            counts = [
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (postings, audit_events, outbox)
            ]
        return Traces(await self.balances(), await self.held(), *counts)

    async def department(self, name: str, *, under: str) -> None:
        """Create a department."""
        await self._node(NodeKind.DEPARTMENT, name, under=under)

    async def team(self, name: str, *, under: str) -> None:
        """Create a team."""
        await self._node(NodeKind.TEAM, name, under=under)

    async def project(self, name: str, *, under: str, members: tuple[str, ...] = ()) -> None:
        """Create a project with members."""
        await self._node(NodeKind.PROJECT, name, under=under)
        for member in members:
            await self.run(JoinProject, by="operator", project_id=self.node(name), user_id=self.user(member))

    async def hire(
        self,
        handle: str,
        *,
        home: str,
        role: Role | None = None,
        at: str | None = None,
        base_role: BaseRole = BaseRole.DEVELOPER,
    ) -> str:
        """Create a person, with a role at a scope if one is named (by default at home); return the id."""
        hired = await self.run(
            CreateUser,
            by="operator",
            handle=handle,
            name=handle.capitalize(),
            email=None if base_role is BaseRole.SERVICE_ACCOUNT else f"{handle}@{self.name.lower()}.example",
            home_id=self.node(home),
            base_role=base_role,
        )
        self.users[handle] = hired.user_id
        if role is not None:
            scope = self.node(at or home)
            await self.run(GrantRole, by="operator", user_id=hired.user_id, role=role, scope_id=scope)
        return hired.user_id

    async def hire_with(self, role: Role, handle: str, *, home: str, at: str) -> str:
        """Create somebody who holds this one role, there, and no other."""
        if role is Role.SERVICE_ACCOUNT:
            return await self.hire(handle, home=home, base_role=BaseRole.SERVICE_ACCOUNT)
        return await self.hire(handle, home=home, role=role, at=at, base_role=BaseRole.NONE)

    async def execute(self, statement: Executable) -> None:
        """Do to the database what no deed does."""
        async with self.database.begin() as connection:
            await connection.execute(statement)

    @asynccontextmanager
    async def transaction(self, *, by: str) -> AsyncIterator[Transaction]:
        """An open transaction of somebody, for the parts that a deed is made of."""
        async with self.database.begin() as connection:
            zone = ZoneInfo("Europe/Berlin")
            yield Transaction(connection, self.id, self.actor(by), "test", self.clock.now(), zone, self.new_id)

    async def _node(self, kind: NodeKind, name: str, *, under: str) -> None:
        created = await self.run(CreateNode, by="operator", kind=kind, name=name, parent_id=self.node(under))
        self.nodes[name] = created.node_id

    def _filled(self, fields: dict[str, object], by: str) -> dict[str, Any]:
        return {"id": self.new_id("cmd")} | self._asked(fields, by)

    def _asked(self, fields: dict[str, object], by: str) -> dict[str, Any]:
        return {"organization_id": self.id, "actor": self.actor(by)} | fields

    async def _sheet(self, number: ColumnElement[int]) -> dict[str, int]:
        names = {self.account(name): name for name in (*self.users, *self.nodes)}
        names |= {self.account(f"{name} pool"): f"{name} pool" for name in self.nodes}
        shown = (Kind.PERSONAL.value, Kind.BUDGET.value, Kind.POOL.value, Kind.BOOST.value)
        async with self.database.snapshot() as connection:
            rows = await connection.execute(
                select(accounts.c.id, number.label("amount")).where(
                    accounts.c.organization_id == self.id, accounts.c.kind.in_(shown), number != 0
                )
            )
            return {names.get(row.id, row.id): row.amount for row in rows}


async def found_company(database: Database, *, metering: Metering = Metering.TOKENS) -> Company:
    """Acme, as at the top of this file, in an empty database."""
    clock = StandingClock()
    acme = Company(database, name="Acme", ids=CountedIds(clock), clock=clock)
    await acme.run(
        CreateOrganization,
        by="operator",
        name="Acme",
        time_zone="Europe/Berlin",
        metering=metering,
        email_domains=("acme.example",),
    )
    await acme.department("Engineering", under="Acme")
    await acme.department("Sales", under="Acme")
    await acme.team("Backend", under="Engineering")
    await acme.team("Platform", under="Engineering")
    await acme.team("Field", under="Sales")
    await _hire_everybody(acme)
    await acme.project("Apollo", under="Backend", members=("alice", "bob"))
    return acme


async def found_company_at(url: str) -> None:
    """Acme in the migrated database at this URL."""
    async with Database(url) as database:
        await found_company(database)


async def find_company(database: Database, *, first: int = AFTER_FOUNDING) -> Company:
    """Acme where it has been founded before: same people, same ids, same moment; new ids go on from a number."""
    async with database.snapshot() as connection:
        places = (await connection.execute(select(nodes.c.id, nodes.c.name, nodes.c.parent_id))).all()
        people = (await connection.execute(select(users.c.id, users.c.handle))).all()
    clock = StandingClock()
    root = next(place for place in places if place.parent_id is None)
    ids = CountedIds(clock, first=first)
    acme = Company(database, name=root.name, ids=ids, clock=clock, known_as=root.id)
    acme.nodes.update({place.name: place.id for place in places})
    acme.users.update({person.handle: person.id for person in people})
    return acme


async def _hire_everybody(acme: Company) -> None:
    await acme.hire("grace", home="Acme", role=Role.SUPER_ADMIN, base_role=BaseRole.NONE)
    await acme.hire("frank", home="Acme", role=Role.FINANCE_ADMIN, base_role=BaseRole.NONE)
    await acme.hire("henry", home="Acme", role=Role.AUDITOR, base_role=BaseRole.NONE)
    await acme.hire("erin", home="Engineering", role=Role.DEPT_MANAGER, base_role=BaseRole.NONE)
    await acme.hire("carol", home="Backend", role=Role.TEAM_LEAD, base_role=BaseRole.NONE)
    await acme.hire("alice", home="Backend")
    await acme.hire("bob", home="Backend")
    await acme.hire("dan", home="Platform")
    await acme.hire("ci-bot", home="Backend", base_role=BaseRole.SERVICE_ACCOUNT)


async def found_rival(acme: Company) -> Company:
    """Bolt, another organization in the same database: a mallory who runs it and a team, Ops."""
    bolt = Company(acme.database, name="Bolt", ids=acme.new_id, clock=acme.clock)
    await bolt.run(CreateOrganization, by="operator", name="Bolt", time_zone="America/New_York")
    await bolt.team("Ops", under="Bolt")
    await bolt.hire("mallory", home="Bolt", role=Role.SUPER_ADMIN)
    return bolt
