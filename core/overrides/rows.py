"""Boosts as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, update

from core.directory.tree import Person, active_person
from core.overrides.states import COUNTED_FOR, OverrideState
from core.refusals import Because, Refused, refuse
from core.storage.tables import overrides, users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Override:
    """One row. `amount`, `budget_id`, `granted_by` and the times are there once it has begun."""

    id: str
    user_id: str
    state: OverrideState
    asked: int
    amount: int | None
    hours: int
    reason: str
    approval_id: str | None
    granted_by: str | None
    budget_id: str | None
    starts_at: datetime | None
    ends_at: datetime | None


async def locked_override(tx: Transaction, override_id: str) -> Override:
    """The boost, its row locked. Raises Refused when there is none."""
    row = select(overrides).where(overrides.c.organization_id == tx.organization_id, overrides.c.id == override_id)
    found = (await tx.execute(row.with_for_update() if tx.locks_rows else row)).one_or_none()
    if found is None:
        raise Refused(refuse(Because.UNKNOWN_OVERRIDE, override=override_id))
    return override_from(found)


def override_from(row: Row[Any]) -> Override:
    """A row as a value."""
    return Override(
        row.id,
        row.user_id,
        OverrideState(row.state),
        row.asked,
        row.amount,
        row.hours,
        row.reason,
        row.approval_id,
        row.granted_by,
        row.budget_id,
        row.starts_at,
        row.ends_at,
    )


async def locked_person(tx: Transaction, user_id: str) -> Person:
    """An active person, their row locked: sums over their boosts are exact under it. Raises Refused."""
    row = select(users.c.id).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    await tx.execute(row.with_for_update() if tx.locks_rows else row)
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


async def set_override(tx: Transaction, override_id: str, **values: Any) -> None:  # noqa: ANN401  columns
    """Write columns of one row."""
    await tx.execute(
        update(overrides)
        .where(overrides.c.organization_id == tx.organization_id, overrides.c.id == override_id)
        .values(**values)
    )
