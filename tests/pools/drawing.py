"""Short words for the tests of pools."""

from __future__ import annotations

from sqlalchemy import update

from core.directory.apply_policy import ApplyPolicy
from core.pools.overview import OwnRoom, PoolOverview, PoolView
from core.pools.request_draw import DrawAsked, RequestDraw
from core.storage.tables import users
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
