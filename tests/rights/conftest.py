"""The stage on which everybody tries everything: both organizations, made once, opened for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from core.access.matrix import Role
from core.storage.database import Database
from tests.company import AFTER_FOUNDING, Company, CountedIds, StandingClock
from tests.migrated import migrate, run_apart
from tests.rights.attempts import Target
from tests.rights.places import ELSEWHERE, Spot, actor_of
from tests.rights.stage import Rehearsal, Things, build

MANY_IDS: Final = 100 * AFTER_FOUNDING


@dataclass(frozen=True, slots=True)
class Built:
    """The file of the stage, and what everybody and everything in it is called."""

    file: Path
    names: Mapping[str, tuple[str, dict[str, str], dict[str, str]]]
    things: Mapping[str, Things]


@dataclass(frozen=True, slots=True)
class Stage:
    """Both organizations in an open database that keeps nothing."""

    acme: Company
    bolt: Company
    things: Mapping[str, Things]

    def target(self, role: Role, spot: Spot) -> Target:
        """Who and what is in a place, for the one who has this role."""
        company = self.bolt if spot is ELSEWHERE else self.acme
        person = spot.person or actor_of(role)
        return Target(company, role, spot, person, self.things[person])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Made once."""
    file = tmp_path_factory.mktemp("rights") / "alfred.db"
    url = f"sqlite+aiosqlite:///{file}"
    migrate(url)
    made: list[Built] = []

    async def make() -> None:
        async with Database(url) as database:
            acme, bolt, things = await build(database)
        names = {one.name: (one.id, dict(one.users), dict(one.nodes)) for one in (acme, bolt)}
        made.append(Built(file, names, things))

    run_apart(make())
    return made[0]


@pytest.fixture
async def stage(built: Built) -> AsyncIterator[Stage]:
    """Open for one test."""
    async with Rehearsal(f"sqlite+aiosqlite:///{built.file}") as database:
        clock = StandingClock()
        ids = CountedIds(clock, first=MANY_IDS)
        companies = []
        for name, (known_as, users, nodes) in built.names.items():
            company = Company(database, name=name, ids=ids, clock=clock, known_as=known_as)
            company.users.update(users)
            company.nodes.update(nodes)
            companies.append(company)
        yield Stage(companies[0], companies[1], built.things)
