"""How the simulated company begins: departments of teams with quotas, pools and budgets, on an empty database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.access.matrix import Role
from core.allocation.allocate import Allocate
from core.allocation.issue_credits import IssueCredits
from core.allocation.set_quota import SetQuota
from core.directory.create_organization import CreateOrganization
from core.directory.grant_role import GrantRole
from core.ledger.book import Book
from core.policy.periods import Period, Rollover, RolloverKind
from core.pools.fund_pool import FundPool
from core.spending.spending import Spending
from tests.company import Company
from tests.ledger.backends import no_pause
from tests.ledger.crashing import CrashingSqlite, Plan
from tests.simulation.faults import Mortal
from tests.simulation.world import World
from tests.spending.desk import QUARTER, Desk
from tests.standing import CountedIds, StandingClock

ROLLOVERS: Final = (
    Rollover(RolloverKind.DAYS, 90),
    Rollover(RolloverKind.DAYS, 20),
    Rollover(RolloverKind.CAP, 1),
    Rollover(RolloverKind.NONE, 0),
)
PERIODS: Final = (Period.MONTHLY, Period.MONTHLY, Period.WEEKLY)
EACH: Final = 400_000
"""A person's quota, more or less."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the company is."""

    departments: int
    teams: int
    people: int

    @property
    def all(self) -> int:
        """People in teams."""
        return self.departments * self.teams * self.people


async def grow(world: World, size: Size) -> None:
    """Found it."""
    company = world.company
    await company.run(CreateOrganization, by="operator", name="Acme", time_zone="Europe/Berlin")
    for boss in ("grace", "gus"):
        await company.hire(boss, home="Acme", role=Role.SUPER_ADMIN)
    await company.hire("frank", home="Acme", role=Role.FINANCE_ADMIN)
    await company.run(IssueCredits, by="operator", amount=size.all * EACH * 40)
    for number in range(size.departments):
        await _department(world, f"Dept {number}", size=size)


async def _department(world: World, name: str, *, size: Size) -> None:
    company = world.company
    await company.department(name, under="Acme")
    manager = f"manager-{len(world.managers)}"
    world.managers[name] = manager
    await company.hire(manager, home=name, role=Role.DEPT_MANAGER)
    await quota(world, name, EACH * size.teams * size.people * 2)
    for _ in range(size.teams):
        await _team(world, f"Team {len(world.teams)}", under=name, people=size.people)


async def _team(world: World, name: str, *, under: str, people: int) -> None:
    company = world.company
    await company.team(name, under=under)
    world.departments[name], world.teams[name] = under, []
    await quota(world, name, EACH * people)
    for number in range(people):
        who = await hire(world, name)
        if number == 0:
            world.leads[name] = who
            await company.run(
                GrantRole, by="grace", user_id=company.user(who), role=Role.TEAM_LEAD, scope_id=company.node(name)
            )
    project = f"Project of {name}"
    await company.project(project, under=name, members=tuple(world.teams[name][:2]))
    await world.run(Allocate, by=world.managers[under], owner_id=company.node(project), amount=EACH // 4)
    await world.run(FundPool, by=world.leads[name], team_id=company.node(name), amount=EACH // 4)


async def hire(world: World, team: str) -> str:
    """Somebody new, with a quota from today on."""
    world.hired += 1
    who = f"p{world.hired}"
    await world.company.hire(who, home=team)
    world.teams[team].append(who)
    await quota(world, who, world.amount(EACH // 4, EACH))
    return who


async def quota(world: World, whose: str, amount: int) -> None:
    """A quota that is granted at once."""
    company = world.company
    period = world.pick(PERIODS) if whose in company.users else Period.MONTHLY
    await world.run(
        SetQuota,
        by="operator",
        owner_id=company.users.get(whose) or company.node(whose),
        amount=amount // 4 if period is Period.WEEKLY else amount,
        typed=f"{amount:,}",
        period=period,
        anchor=date(2026, 1, 1),
        rollover=world.pick(ROLLOVERS) if whose in company.users else ROLLOVERS[0],
        grant_now=True,
    )


def world_seconds(clock: StandingClock) -> Callable[[], float]:
    """What is remembered for seconds is forgotten as the simulated time goes on."""
    return lambda: clock.now().timestamp()


@asynccontextmanager
async def opened(url: str, *, seed: int) -> AsyncIterator[World]:
    """An empty world on a database with all tables."""
    plan = Plan()
    async with Mortal(url) as database:
        clock = StandingClock()
        company = Company(database, name="Acme", ids=CountedIds(clock), clock=clock)
        store = CrashingSqlite(str(database.url.database), database.writer, plan=plan)
        async with Book(store, pause=no_pause) as book:
            spending = Spending(
                database,
                book,
                run=company.engine.run,
                pause=no_pause,
                clock=clock,
                monotonic=world_seconds(clock),
                new_id=company.new_id,
                ttl=QUARTER,
            )
            yield World(company, Desk(company, spending, book=book), database=database, plan=plan, seed=seed)
