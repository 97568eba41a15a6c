"""A company in which everything happens that can: in the end every credit is where it was spent, expired or is held.

The seed of a run is in its name and its first line; ALFRED_SEED=n runs another one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.simulation.founding import Size, grow, opened
from tests.simulation.living import live, rest
from tests.simulation.world import World

SEED: Final = int(os.environ.get("ALFRED_SEED", "3"))
SMALL: Final = Size(departments=2, teams=2, people=3)
LARGE: Final = Size(departments=5, teams=5, people=8)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database with all tables."""
    file = tmp_path / "alfred.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


def report(world: World) -> str:
    """What was done and refused."""
    done = ", ".join(f"{name} {count}" for name, count in sorted(world.done.items()))
    refused = ", ".join(f"{name} {count}" for name, count in sorted(world.refused.items()))
    return (
        f"seed {SEED}, until {world.company.clock.at:%Y-%m-%d}, {world.deaths} faults\ndone: {done}\nrefused: {refused}"
    )


async def run(url: str, *, size: Size, days: int, deeds: int) -> World:
    """Found it, live, rest; say what happened also when it goes wrong."""
    async with opened(url, seed=SEED) as world:
        try:
            await grow(world, size)
            await live(world, days=days, deeds=deeds, check_every=14)
            await rest(world)
        finally:
            print(report(world))  # noqa: T201  pytest shows it with a failure
        return world


async def test_twelve_people_live_through_two_months(url: str) -> None:
    world = await run(url, size=SMALL, days=60, deeds=4)
    assert world.deaths > 0


@pytest.mark.soak
async def test_two_hundred_people_live_through_a_year(url: str) -> None:
    world = await run(url, size=LARGE, days=365, deeds=120)
    assert world.deaths > 0
