"""The simulated company: who is there, what they may try, and how it goes on after a fault.

Everything follows from the seed: the same seed does the same things in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random  # noqa: TID251  all chance of a run comes from its seed
from typing import Any, Final, TypeVar

from sqlalchemy import Row, Select

from core.jobs.due import run_due
from core.refusals import Refused
from core.spending.calls import Authorised
from core.spending.sweep import sweep
from core.storage.transaction import Command
from tests.audit.sealed import sealer_of
from tests.company import Company
from tests.ledger.crashing import Fault, Plan
from tests.simulation.faults import Died, Mortal
from tests.spending.desk import Desk

T = TypeVar("T")

DEATHS: Final = 0.02
"""Of so many commands in one the process dies on the way."""
REPEATS: Final = 0.05
LOST: Final = 0.05


class World:
    """`teams` are people by the name of their team; `leads` who leads it; `managers` by department."""

    def __init__(self, company: Company, desk: Desk, *, database: Mortal, plan: Plan, seed: int) -> None:
        self.company: Final = company
        self.desk: Final = desk
        self.chance: Final = Random(seed)  # noqa: S311  nothing secret
        self.done: Final[Counter[str]] = Counter()
        self.refused: Final[Counter[str]] = Counter()
        self.teams: Final[dict[str, list[str]]] = {}
        self.leads: Final[dict[str, str]] = {}
        self.managers: Final[dict[str, str]] = {}
        self.departments: Final[dict[str, str]] = {}
        self.running: Final[list[Authorised]] = []
        self.hired = 0
        self._database: Final = database
        self._plan: Final = plan

    @property
    def people(self) -> list[str]:
        """Everybody who works in a team, by team."""
        return [who for members in self.teams.values() for who in members]

    @property
    def deaths(self) -> int:
        """How often the process has died, or a connection was lost."""
        return self._database.deaths + self._plan.struck

    def likely(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.chance.random() < share

    def pick(self, options: Sequence[T]) -> T:
        """One of them."""
        return self.chance.choice(options)

    def somebody(self, *besides: str) -> str:
        """Somebody in a team."""
        return self.pick([who for who in self.people if who not in besides])

    def amount(self, least: int, most: int) -> int:
        """Small amounts are as frequent as large ones are rare."""
        return int(least * (most / least) ** self.chance.random())

    def team_of(self, who: str) -> str:
        """The team's name."""
        return next(team for team, members in self.teams.items() if who in members)

    def lead_of(self, who: str) -> str:
        """Who leads them: the manager of a lead."""
        team = self.team_of(who)
        lead = self.leads[team]
        return lead if lead != who else self.managers[self.departments[team]]

    async def rows(self, wanted: Select[Any]) -> Sequence[Row[Any]]:
        """What is in the database."""
        async with self.company.database.snapshot() as connection:
            found: Sequence[Row[Any]] = (await connection.execute(wanted)).all()
            return found

    async def run(self, command: type[Command[Any]], *, by: str, **fields: object) -> Any | None:  # noqa: ANN401  of any deed
        """Try it as somebody, perhaps twice and perhaps through a fault; None when it is refused."""
        named = {"id": self.company.new_id("cmd")} | fields
        outcome = await self._outcome(command, by=by, fields=named)
        if self.likely(REPEATS):
            assert await self._outcome(command, by=by, fields=named) == outcome, (
                f"{command.__name__} came out otherwise"
            )
        if isinstance(outcome, str):
            self.refused[f"{command.__name__}: {outcome}"] += 1
            return None
        self.done[command.__name__] += 1
        return outcome

    async def _outcome(self, command: type[Command[Any]], *, by: str, fields: dict[str, Any]) -> Any | str:  # noqa: ANN401
        if self.likely(DEATHS):
            self._plan_death()
        while True:
            try:
                receipt = await self.company.run(command, by=by, **fields)
            except Refused as refused:
                self._database.live()
                return refused.refusal.because.value
            except Died:
                continue  # and somebody presses again
            self._database.live()
            return receipt

    def _plan_death(self) -> None:
        if self.likely(0.3):
            self._database.die_after_commit()
        else:
            self._database.die_at(self.chance.randrange(25))

    def lose_a_connection(self) -> None:
        """Of the ledger's, sometimes, at one of the next statements."""
        if self.likely(LOST):
            self._plan.arrange(Fault.CONNECTION, statements=self.chance.randrange(6), is_after=self.likely(0.5))

    async def work_off(self) -> None:
        """The jobs, whose process may die too."""
        if self.likely(10 * DEATHS):
            self._plan_death()
        try:
            await self._work_off()
        except Died:
            await self._work_off()
        self._database.live()

    async def _work_off(self) -> None:
        await run_due(self.company.engine, self._database, until=self.company.clock.at)
        while await sweep(self._database, self.desk.book, now=self.company.clock.at):
            pass
        await sealer_of(self.company).seal_all(now=self.company.clock.at)

    def pass_time(self, **by: float) -> None:
        """Nobody does anything meanwhile."""
        self.company.clock.at += timedelta(**by)
