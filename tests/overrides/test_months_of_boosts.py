"""Weeks in which boosts are asked for, decided, given, spent, closed and end: no credit of theirs is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select

from core.leaving.deactivate_user import DeactivateUser
from core.overrides.revoke_override import RevokeOverride
from core.refusals import Refused
from core.spending.calls import Authorised
from core.storage.database import Database
from core.storage.tables import postings
from tests.accounts_read import assert_no_drift
from tests.allocation.granting import until
from tests.company import Company, find_company
from tests.overrides.boosts import ask, decide, grant, rows
from tests.spending.desk import A_CALL, Desk, open_desk

PEOPLE: Final = ("alice", "bob")
KINDS: Final = ("hours", "hours", "hours", "ask", "ask", "give", "give", "spend", "spend", "hold", "close", "leave")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; what the numbers mean depends on what it is."""

    what: str
    who: str
    one: int
    two: int


STEPS: Final = st.builds(Step, st.sampled_from(KINDS), st.sampled_from(PEOPLE), st.integers(0, 11), st.integers(1, 40))


class Months:
    """The company, its calls in flight, and each step done to it."""

    def __init__(self, company: Company, desk: Desk) -> None:
        self.company: Final = company
        self.desk: Final = desk
        self.running: Final[list[Authorised]] = []

    async def begin(self) -> None:
        """Budgets of several dates: some credits expire while boosts run elsewhere."""
        for day in (5, 9, 14, 20):
            await self.company.fund("Backend", 60_000, expires_on=date(2026, 3, day))
        await self.company.fund("Backend", 100_000)
        await self.company.fund("Engineering", 400_000)

    async def take(self, step: Step) -> None:
        """Do it; what is refused has not happened."""
        does: dict[str, Callable[[Step], Awaitable[object]]] = {
            "hours": self._hours,
            "ask": self._ask,
            "give": self._give,
            "spend": self._spend,
            "hold": self._hold,
            "close": self._close,
            "leave": self._leave,
        }
        with suppress(Refused):
            await does[step.what](step)

    async def finish(self) -> None:
        """Calls end, and everything falls due."""
        for held in self.running:
            await self.desk.spending.settle(held, actual=held.amount // 3, call=A_CALL)
        await until(self.company, self.company.clock.at + timedelta(days=8))

    async def _hours(self, step: Step) -> None:
        await until(self.company, self.company.clock.at + timedelta(hours=step.two, minutes=step.one))

    async def _ask(self, step: Step) -> None:
        asked = await ask(self.company, 3_000 * step.two, by=step.who, hours=2 + 15 * step.one)
        if step.one % 3:
            by = "carol" if "carol" in asked.approvers else "erin"
            await decide(self.company, asked, by=by, is_yes=step.one != 7, amount=2_000 * step.two)

    async def _give(self, step: Step) -> None:
        await grant(self.company, 2_000 * step.two, to=step.who, by="carol", hours=1 + 15 * step.one)

    async def _spend(self, step: Step) -> None:
        await self.desk.call(step.who, 900 * step.two)

    async def _hold(self, step: Step) -> None:
        self.running.append(await self.desk.hold(step.who, 700 * step.two))

    async def _close(self, step: Step) -> None:
        running = [row["id"] for row in await rows(self.company) if row["state"] == "active"]
        if running:
            await self.company.run(RevokeOverride, by="erin", override_id=running[step.one % len(running)])

    async def _leave(self, step: Step) -> None:
        if step.one == 0:
            await self.company.run(DeactivateUser, by="grace", user_id=self.company.user(step.who))


NUMBERS: Final = count()


@pytest.mark.parametrize(
    ("examples", "most"), [(4, 14), pytest.param(400, 60, marks=pytest.mark.soak)], ids=["quick", "long"]
)
def test_every_credit_of_a_boost_is_spent_returned_or_expired_on_its_own_date(
    tmp_path: Path, acme_file: Path, examples: int, most: int
) -> None:
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(steps=st.lists(STEPS, min_size=most - 4, max_size=most))
    def months(steps: list[Step]) -> None:
        asyncio.run(live(tmp_path / f"{next(NUMBERS)}.db", acme_file, steps=steps))

    months()


async def live(file: Path, acme_file: Path, *, steps: list[Step]) -> None:
    """A company of its own lives through the steps, and a week after them."""
    shutil.copyfile(acme_file, file)
    async with Database(f"sqlite+aiosqlite:///{file}") as database:
        company = await find_company(database)
        async with open_desk(company) as desk:
            await play(Months(company, desk), steps)
            await assert_accounted_for(company)


async def play(world: Months, steps: list[Step]) -> None:
    """Every step, with a look at the books after each."""
    await world.begin()
    for step in steps:
        await world.take(step)
        await assert_no_drift(world.company)
    await world.finish()
    await assert_no_drift(world.company)


async def assert_accounted_for(company: Company) -> None:
    """What came to each boost has left it: spent, back in a budget with its dates, or expired after its day."""
    assert {row["state"] for row in await rows(company)} & {"pending", "active"} == set()
    assert not [name for name in await company.balances() if name.startswith("boost:")]
    async with company.database.snapshot() as connection:
        moved = (await connection.execute(select(postings).where(postings.c.organization_id == company.id))).all()
    came: defaultdict[str, int] = defaultdict(int)
    went: defaultdict[str, int] = defaultdict(int)
    for row in moved:
        if row.credit_account.startswith("boost:"):
            came[row.credit_account] += row.amount
            assert row.expires_taken == row.expires_given
        if row.debit_account.startswith("boost:"):
            went[row.debit_account] += row.amount
            assert row.kind in {"spend", "overrun", "late", "close", "expire"}
        if row.kind == "close":
            assert row.expires_taken == row.expires_given
        if row.kind == "expire":
            assert row.at.astimezone(ZoneInfo("Europe/Berlin")).date() > row.expires_taken
    assert came == went
    back = sum_of(moved, "unexpire")
    given = {f"boost:{row['id']}": row["amount"] for row in await rows(company) if row["amount"] is not None}
    assert given == {name: came[name] - back[name] for name in given}


def sum_of(moved: Iterable[Row[Any]], kind: str) -> dict[str, int]:
    """What postings of a kind brought to each account: a late settlement takes back what had expired."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in moved:
        sums[row.credit_account] += row.amount if row.kind == kind else 0
    return sums
