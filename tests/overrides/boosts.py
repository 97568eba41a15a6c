"""Short words for the tests of boosts: dan of Platform asks, erin of Engineering and frank of Acme decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.overrides.decide_override import DecideOverride, OverrideDecided
from core.overrides.grant_override import GrantOverride, OverrideGranted
from core.overrides.request_override import OverrideRequested, RequestOverride
from core.storage.tables import overrides
from tests.company import Company

REASON = "P0 incident"
FUNDED = {"Acme": 9_000_000, "Engineering": 2_000_000, "Backend": 300_000}


async def fund_all(company: Company) -> None:
    """Budgets at every level."""
    for place, amount in FUNDED.items():
        await company.fund(place, amount)


async def ask(
    company: Company, amount: int, *, by: str = "alice", hours: int = 48, reason: str = REASON
) -> OverrideRequested:
    """Somebody asks for a boost."""
    return await company.run(RequestOverride, by=by, amount=amount, hours=hours, reason=reason)


async def decide(
    company: Company,
    asked: OverrideRequested,
    *,
    by: str,
    is_yes: bool = True,
    **fields: Any,  # noqa: ANN401  the command's own
) -> OverrideDecided:
    """Somebody decides it."""
    return await company.run(DecideOverride, by=by, approval_id=asked.approval_id, is_yes=is_yes, **fields)


async def grant(
    company: Company, amount: int, *, to: str, by: str, hours: int = 48, reason: str = REASON
) -> OverrideGranted:
    """Somebody gives a boost without being asked."""
    return await company.run(GrantOverride, by=by, user_id=company.user(to), amount=amount, hours=hours, reason=reason)


async def rows(company: Company) -> list[dict[str, Any]]:
    """All boosts as they are stored, oldest first."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(overrides)
            .where(overrides.c.organization_id == company.id)
            .order_by(overrides.c.asked_at, overrides.c.id)
        )
        return [dict(row) for row in found.mappings()]


async def states(company: Company) -> list[str]:
    """Where each boost stands, oldest first."""
    return [row["state"] for row in await rows(company)]


def boost(override_id: str) -> str:
    """The account of a boost, as balance sheets name it."""
    return f"boost:{override_id}"
