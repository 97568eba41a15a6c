"""Months of a small company in which people go away, fall silent, come back, change plans, spend, move and leave."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.plans import Part, Phase, Plan
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.show_absences import AbsenceLine, ShowAbsences
from core.policy.periods import Period, Rollover, RolloverKind, start_of
from core.refusals import Refused
from core.storage.database import Database
from core.transfers.send_credits import SendCredits
from tests.allocation.granting import set_quota, until
from tests.company import Company, find_company
from tests.ooo.away import BERLIN
from tests.ooo.books_of_absences import (
    assert_books_hold,
    assert_nothing_is_stuck,
    assert_what_is_missing_was_used,
)
from tests.policies.applying import applied
from tests.spending.desk import Desk, open_desk

PEOPLE: Final = ("alice", "bob", "carol", "dan")
AT_HOME: Final = {"alice": "Backend", "bob": "Backend", "carol": "Backend", "dan": "Platform"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to somebody; what the numbers mean depends on what it is."""

    what: str
    who: str
    other: str
    one: int
    two: int


KINDS: Final = tuple(
    "days days days away away away back cancel longer correct spend spend send move leave".split()  # noqa: SIM905
)
STEPS: Final = st.builds(
    Step,
    st.sampled_from(KINDS),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.integers(0, 12),
    st.integers(1, 20),
)


class Months:
    """The company, and each step done to it."""

    def __init__(self, company: Company, desk: Desk) -> None:
        self.company: Final = company
        self.desk: Final = desk

    async def begin(self) -> None:
        """Budgets of several dates, quotas of several periods."""
        company = self.company
        await applied(company, "ooo_policy: {inactivity_days: 5}", at="Engineering")
        for home in ("Backend", "Platform", "Engineering"):
            await company.fund(home, 300_000, expires_on=date(2026, 4, 10))
            await company.fund(home, 3_000_000)
        short = Rollover(RolloverKind.DAYS, 20)
        await set_quota(company, "alice", 310_000, grant_now=True)
        await set_quota(company, "bob", 70_000, period=Period.WEEKLY, rollover=short, grant_now=True)
        await set_quota(company, "carol", 35_003, period=Period.WEEKLY, grant_now=True)
        await set_quota(company, "dan", 99_991, rollover=short, grant_now=True)

    async def take(self, step: Step) -> None:
        """Do it; what is refused has not happened."""
        does: dict[str, Callable[[Step], Awaitable[object]]] = {
            "days": self._days,
            "away": self._away,
            "back": self._back,
            "cancel": self._cancel,
            "longer": self._longer,
            "correct": self._correct,
            "spend": self._spend,
            "send": self._send,
            "move": self._move,
            "leave": self._leave,
        }
        with suppress(Refused):
            await does[step.what](step)

    async def _days(self, step: Step) -> None:
        await until(self.company, self.company.clock.at + timedelta(days=step.one, hours=step.two))

    async def _away(self, step: Step) -> None:
        first = self._today() + timedelta(days=step.one - 4)
        await self.company.run(
            SetOutOfOffice,
            by=step.who,
            user_id=self.company.user(step.who),
            starts_at=start_of(first, BERLIN),
            ends_at=start_of(first + timedelta(days=step.two), BERLIN),
            phases=self._plan(step),
        )

    async def _back(self, step: Step) -> None:
        line = await self._absence(step.who)
        await self.company.run(ReturnEarly, by=step.who, absence_id=line.id)
        await assert_what_is_missing_was_used(self.company, line.id)

    async def _cancel(self, step: Step) -> None:
        line = await self._absence(step.who)
        await self.company.run(CancelAbsence, by=step.who, absence_id=line.id)
        await assert_what_is_missing_was_used(self.company, line.id)

    async def _longer(self, step: Step) -> None:
        line = await self._absence(step.who)
        ends_at = line.ends_at + timedelta(days=step.two)
        await self.company.run(ExtendAbsence, by=step.who, absence_id=line.id, ends_at=ends_at)

    async def _correct(self, step: Step) -> None:
        line = await self._absence(step.who)
        starts_at = line.starts_at + timedelta(days=step.one - 4)
        ends_at = starts_at + timedelta(days=step.two)
        await self.company.run(CorrectAbsence, by=step.who, absence_id=line.id, starts_at=starts_at, ends_at=ends_at)

    async def _spend(self, step: Step) -> None:
        """Up to everything that the person and their team's pool have."""
        await self.desk.call(step.who, 1_000 + step.one * step.two * 1_000)

    async def _send(self, step: Step) -> None:
        amount = 1_000 * step.two
        await self.company.run(SendCredits, by=step.who, recipients=(self.company.user(step.other),), amount=amount)

    async def _move(self, step: Step) -> None:
        home = ("Backend", "Platform", "Engineering")[step.one % 3]
        await self.company.run(
            MoveUser, by="grace", user_id=self.company.user(step.who), home_id=self.company.node(home)
        )

    async def _leave(self, step: Step) -> None:
        if step.one == 0:
            await self.company.run(DeactivateUser, by="grace", user_id=self.company.user(step.who))

    async def _absence(self, who: str) -> AbsenceLine:
        """The first that is open; as refused as any other when there is none."""
        shown = await self.company.ask(ShowAbsences, by=who, user_id=self.company.user(who))
        if not shown.lines:
            await self.company.run(CancelAbsence, by=who, absence_id="ooo_none")
        return shown.lines[0]

    def _plan(self, step: Step) -> Plan:
        other = self.company.user(step.other)
        plans: tuple[Plan, ...] = (
            (),
            (Phase((Part("pool", 100),)),),
            (Phase((Part(other, 100),)),),
            (Phase((Part(other, 33), Part("pool", 33), Part("department", 34)), days=2), Phase((Part("parent", 100),))),
        )
        return plans[(step.one + step.two) % len(plans)]

    def _today(self) -> date:
        return self.company.clock.at.astimezone(BERLIN).date()


NUMBERS: Final = count()


@pytest.mark.parametrize(
    ("examples", "most"), [(3, 10), pytest.param(400, 60, marks=pytest.mark.soak)], ids=["quick", "long"]
)
def test_every_moved_credit_is_back_used_or_expired(tmp_path: Path, acme_file: Path, examples: int, most: int) -> None:
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(steps=st.lists(STEPS, min_size=most - 4, max_size=most))
    def months(steps: list[Step]) -> None:
        asyncio.run(live(tmp_path / f"{next(NUMBERS)}.db", acme_file, steps=steps))

    months()


async def live(file: Path, acme_file: Path, *, steps: list[Step]) -> None:
    """A company of its own lives through the steps, and a month after them."""
    shutil.copyfile(acme_file, file)
    async with Database(f"sqlite+aiosqlite:///{file}") as database:
        company = await find_company(database)
        async with open_desk(company) as desk:
            await play(Months(company, desk), steps)
            await until(company, company.clock.at + timedelta(days=33))
            assert await until(company, company.clock.at) == []
            await assert_books_hold(company)
            await assert_nothing_is_stuck(company)


async def play(world: Months, steps: list[Step]) -> None:
    """Every step, with a look at the books after each."""
    await world.begin()
    for step in steps:
        await world.take(step)
        await assert_books_hold(world.company)
