"""Short words for the tests of people of whom nothing is heard: what is known of their absences."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from core.ooo.absences import Absence, absence_from
from core.storage.tables import absences, job_runs
from core.transfers.send_credits import SendCredits
from tests.company import Company
from tests.ooo.away import QUOTA, berlin, give_march
from tests.policies.applying import applied
from tests.spending.desk import open_desk

TWO_WEEKS: Final = "ooo_policy: {inactivity_days: 14}"
BEGINS: Final = berlin("2026-03-16", 10)
"""Two weeks after everybody came to Acme, Monday the second at ten."""
FULL: Final = {"alice": QUOTA}


async def quiet_alice(company: Company) -> Company:
    """Fourteen days are the rule, and Alice has a quota; nobody does anything any more."""
    await applied(company, TWO_WEEKS)
    await give_march(company, "alice")
    return company


async def calls(company: Company) -> None:
    """Alice makes a call."""
    async with open_desk(company) as desk:
        await desk.call("alice", 1_000)


async def sends(company: Company) -> None:
    """Alice runs a command."""
    await company.run(SendCredits, by="alice", recipients=(company.user("dan"),), amount=1_000)


async def is_refused(company: Company) -> None:
    """Alice runs a command that comes to nothing."""
    await company.refused(SendCredits, by="alice", recipients=(company.user("alice"),), amount=1_000)


async def absences_of(company: Company, who: str) -> list[Absence]:
    """All of them, the oldest first."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(absences)
            .where(absences.c.organization_id == company.id, absences.c.user_id == company.user(who))
            .order_by(absences.c.starts_at, absences.c.id)
        )
        return [absence_from(row) for row in found]


async def times(company: Company, who: str) -> list[tuple[str, datetime, str]]:
    """What made each known, when it began, and how it stands."""
    return [(item.source, item.starts_at, item.state.value) for item in await absences_of(company, who)]


async def refused_jobs(company: Company) -> list[str]:
    """The commands of jobs that came to nothing."""
    async with company.database.snapshot() as connection:
        return list(await connection.scalars(select(job_runs.c.command_id).where(job_runs.c.refused.is_not(None))))
