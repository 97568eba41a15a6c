"""What must be true at every checkpoint, whatever has happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select

from core.ledger.accounts import Kind
from core.ledger.verify import verify
from core.storage.tables import (
    absences,
    accounts,
    approvals,
    audit_events,
    commands,
    credit_requests,
    holds,
    overrides,
    postings,
    transfers,
)
from tests.audit.sealed import look
from tests.simulation.world import World

BERLIN = ZoneInfo("Europe/Berlin")


async def check(world: World) -> None:
    """After the jobs have run."""
    report = await verify(world.company.database)
    assert report.drift == []
    trail = await look(world.company)
    assert list(trail.flaws) == []
    await _issued_is_where_it_went(world)
    await _nothing_expired_early(world)
    await _one_event_per_change(world)
    await _nothing_is_stuck(world)


async def _issued_is_where_it_went(world: World) -> None:
    rows = await world.rows(
        select(accounts.c.kind, func.sum(accounts.c.credits - accounts.c.debits).label("balance")).group_by(
            accounts.c.kind
        )
    )
    balance = {Kind(row.kind): int(row.balance) for row in rows}
    kinds = (Kind.SPENT, Kind.EXPIRED, Kind.PERSONAL, Kind.BUDGET, Kind.POOL, Kind.BOOST)
    assert -balance[Kind.ISSUED] == sum(balance.get(kind, 0) for kind in kinds)


async def _nothing_expired_early(world: World) -> None:
    expired = await world.rows(select(postings.c.at, postings.c.expires_taken).where(postings.c.kind == "expire"))
    early = [row for row in expired if row.at.astimezone(BERLIN).date() <= row.expires_taken]
    assert early == []


async def _one_event_per_change(world: World) -> None:
    done = await _count(world, select(commands.c.outcome))
    noted = await world.rows(select(audit_events.c.request_id))
    assert len(done) == len(noted) == len({(row.request_id) for row in noted}), "each change has one audit event"


async def _count(world: World, wanted: Any) -> Sequence[Row[Any]]:  # noqa: ANN401  of one column
    return [row for row in await world.rows(wanted) if "receipt" in row.outcome]


async def _nothing_is_stuck(world: World) -> None:
    """Every open hold is of a call that still runs, or of something that waits for a decision."""
    now = world.company.clock.at
    stuck = await world.rows(select(holds).where(holds.c.state == "open", holds.c.expires_at <= now))
    assert stuck == []
    overdue = await world.rows(select(approvals).where(approvals.c.state == "open", approvals.c.expires_at <= now))
    assert overdue == []


async def check_rest(world: World) -> None:
    """When nobody has done anything for two months, nothing is reserved, and nothing waits."""
    await check(world)
    held = await world.rows(select(accounts.c.id, accounts.c.held).where(accounts.c.held != 0))
    assert held == []
    for table, waits in (
        (approvals, "open"),
        (transfers, "pending"),
        (credit_requests, "open"),
        (overrides, "pending"),
        (overrides, "active"),
    ):
        assert await world.rows(select(table.c.id).where(table.c.state == waits)) == [], f"{table.name} {waits}"
    assert await world.rows(select(absences.c.id).where(absences.c.ended_at.is_(None))) == []
