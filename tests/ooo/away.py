"""Short words for the tests of absences: go away, let days pass with the jobs running, come back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.ooo.plans import Part, Phase
from core.ooo.set_out_of_office import IsOutOfOffice, SetOutOfOffice
from core.policy.periods import start_of
from core.storage.tables import absence_days, absence_parts
from tests.allocation.granting import set_quota, until
from tests.company import Company

BERLIN = ZoneInfo("Europe/Berlin")
QUOTA = 310_000
"""Alice's for March, which has 31 days: 10,000 for each."""


def berlin(day: str, hour: int = 0) -> datetime:
    """`2026-03-09`, by default its first moment."""
    return start_of(date.fromisoformat(day), BERLIN) + timedelta(hours=hour)


async def give_march(company: Company, *people: str) -> None:
    """A budget in the organization, which pays a quota of 310,000 for March to each of these people."""
    for who in people:
        home = {"alice": "Backend", "bob": "Backend", "carol": "Backend", "dan": "Platform"}.get(who, "Acme")
        await company.fund(home, QUOTA)
        await set_quota(company, who, QUOTA, grant_now=True)


def split(company: Company, **percents: int) -> tuple[Phase, ...]:
    """One phase: `pool=50, bob=50`."""
    return (Phase(tuple(Part(company.users.get(to, to), percent) for to, percent in percents.items())),)


async def away(
    company: Company,
    who: str,
    first: str,
    back: str,
    *,
    by: str | None = None,
    phases: tuple[Phase, ...] = (),
    delegate: str | None = None,
) -> IsOutOfOffice:
    """Away from the first day on; back at work on another."""
    return await company.run(
        SetOutOfOffice,
        by=by or who,
        user_id=company.user(who),
        starts_at=berlin(first),
        ends_at=berlin(back),
        phases=phases,
        delegate_id=None if delegate is None else company.user(delegate),
    )


async def morning_of(company: Company, day: str) -> list[str]:
    """Nine o'clock of a day, everything done that was due."""
    return await until(company, berlin(day, 9))


async def moved_days(company: Company, who: str) -> dict[str, int]:
    """What was moved of each day."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(absence_days.c.day, absence_days.c.amount)
            .where(absence_days.c.user_id == company.user(who))
            .order_by(absence_days.c.day)
        )
        return {row.day.isoformat(): row.amount for row in found}


async def outstanding(company: Company, who: str) -> int:
    """Moved and not returned."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(absence_parts.c.amount, absence_parts.c.returned).where(absence_parts.c.user_id == company.user(who))
        )
        return sum(row.amount - row.returned for row in found)
