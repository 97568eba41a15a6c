"""Short words for the tests of pools."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from core.directory.apply_policy import ApplyPolicy
from core.pools.overview import OwnRoom, PoolOverview, PoolView
from core.pools.request_draw import DrawAsked, RequestDraw
from core.pools.set_pool_quota import PoolQuotaSet, SetPoolQuota
from core.storage.tables import job_runs, users
from tests.company import Company


async def draw(company: Company, by: str, amount: int, reason: str = "") -> DrawAsked:
    """Ask the pool."""
    return await company.run(RequestDraw, by=by, amount=amount, reason=reason)


async def view(company: Company, by: str, team: str | None = None) -> PoolView:
    """Look at a pool."""
    return await company.ask(PoolOverview, by=by, team_id=None if team is None else company.node(team))


async def room(company: Company, who: str) -> OwnRoom:
    """What somebody may still draw from the pool of their own team."""
    own = (await view(company, who)).own
    assert own is not None
    return own


async def make_junior(company: Company, handle: str) -> None:
    """Have somebody begin their career."""
    await company.execute(update(users).where(users.c.id == company.user(handle)).values(seniority="junior"))


async def apply(company: Company, rules: str, *, at: str = "Backend") -> None:
    """Set the pool policy of a place, in YAML: `access_mode: request_approval`."""
    await company.run(ApplyPolicy, by="grace", scope_id=company.node(at), text=f"pool_policy: {{{rules}}}")


async def fill_to(company: Company, team: str, amount: int | None) -> PoolQuotaSet:
    """Set what a pool is filled up to."""
    return await company.run(
        SetPoolQuota, by="grace", team_id=company.node(team), amount=amount, typed=f"{amount:,}" if amount else ""
    )


async def filled_at(company: Company) -> list[datetime]:
    """The moments for which pools were filled up."""
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(job_runs.c.due_at).where(job_runs.c.job == "pool").order_by(job_runs.c.due_at)
        )
        return list(found.scalars())


async def asked(company: Company, *, amount: int = 60_000, funds: int = 400_000) -> DrawAsked:
    """Alice asks for 60,000 of a pool of 400,000."""
    await company.fund("Backend pool", funds)
    return await draw(company, "alice", amount, "P0 incident")
