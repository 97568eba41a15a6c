"""Boosts as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, insert, or_, select, update

from core.directory.tree import Person, active_person
from core.overrides.states import COUNTED_FOR, OverrideState
from core.refusals import Because, Refused, refuse
from core.storage.tables import overrides, users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Override:
    """A boost that is asked for, or was: what it is about, and where it stands."""

    id: str
    user_id: str
    state: OverrideState
    asked: int
    hours: int
    reason: str


@dataclass(frozen=True, slots=True)
class RunningBoost:
    """A boost that has begun and is not over."""

    id: str
    user_id: str
    amount: int
    granted_by: str
    budget_id: str
    ends_at: datetime


async def locked_override(tx: Transaction, override_id: str) -> Override:
    """The boost, its row locked. Raises Refused when there is none."""
    row = await _locked(tx, override_id)
    return Override(row.id, row.user_id, OverrideState(row.state), row.asked, row.hours, row.reason)


async def running_boost(tx: Transaction, override_id: str) -> RunningBoost:
    """The boost, its row locked. Raises Refused unless it runs, were it only that a job has yet to end it."""
    row = await _locked(tx, override_id)
    if row.state != OverrideState.ACTIVE.value:
        raise not_active(override_id, OverrideState(row.state))
    return RunningBoost(row.id, row.user_id, row.amount, row.granted_by, row.budget_id, row.ends_at)


def not_active(override_id: str, state: OverrideState) -> Refused:
    """A boost does not run, or no longer."""
    return Refused(refuse(Because.OVERRIDE_NOT_ACTIVE, override=override_id, state=state.value))


async def _locked(tx: Transaction, override_id: str) -> Row[Any]:
    wanted = select(overrides).where(overrides.c.organization_id == tx.organization_id, overrides.c.id == override_id)
    row = (await tx.execute(wanted.with_for_update())).one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_OVERRIDE, override=override_id))
    return row


async def locked_person(tx: Transaction, user_id: str) -> Person:
    """An active person, their row locked: sums over their boosts are exact under it. Raises Refused."""
    row = select(users.c.id).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    await tx.execute(row.with_for_update())
    return await active_person(tx, user_id)


async def others_of(tx: Transaction, user_id: str) -> int:
    """Credits of a person's boosts that are pending, still run, or have begun in the last 168 hours."""
    began = or_(overrides.c.starts_at > tx.now - COUNTED_FOR, overrides.c.state == OverrideState.ACTIVE.value)
    is_pending = overrides.c.state == OverrideState.PENDING.value
    found = await tx.execute(
        select(func.coalesce(func.sum(case((is_pending, overrides.c.asked), else_=overrides.c.amount)), 0)).where(
            overrides.c.organization_id == tx.organization_id,
            overrides.c.user_id == user_id,
            or_(is_pending, and_(overrides.c.amount.is_not(None), began)),
        )
    )
    return int(found.scalar_one())


async def add_override(tx: Transaction, override_id: str, **values: Any) -> None:  # noqa: ANN401  columns
    """Write the row of a boost that is asked for or about to begin."""
    await tx.execute(
        insert(overrides).values(
            organization_id=tx.organization_id,
            id=override_id,
            state=OverrideState.PENDING.value,
            asked_at=tx.now,
            **values,
        )
    )


async def set_override(tx: Transaction, override_id: str, **values: Any) -> None:  # noqa: ANN401  columns
    """Write columns of one row."""
    await tx.execute(
        update(overrides)
        .where(overrides.c.organization_id == tx.organization_id, overrides.c.id == override_id)
        .values(**values)
    )
