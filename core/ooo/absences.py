"""Absences as they are stored. All deeds of one person's absences queue at the person's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, select, update

from core.access.places import user_place
from core.ooo.days import DaysAway
from core.ooo.plans import Plan, plan_from, plan_json
from core.ooo.words import AbsenceState, Source
from core.refusals import Because, Refused, refuse
from core.storage.tables import absence_days, absence_parts, absences
from core.storage.transaction import Place, Transaction
from core.transfers.people import lock_parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One row."""

    id: str
    user_id: str
    source: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    plan: Plan
    wait_hours: int
    delegate_id: str | None
    state: AbsenceState
    set_at: datetime
    version: int

    @property
    def is_open_ended(self) -> bool:
        """Whether nobody said until when: it ends when the person does something, at the latest at `ends_at`."""
        return self.source == Source.INACTIVITY_DAYS.value

    def days(self, zone: ZoneInfo) -> DaysAway:
        """Its days."""
        return DaysAway(starts_at=self.starts_at, ends_at=self.ends_at, wait_hours=self.wait_hours, zone=zone)

    def meets(self, *, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it overlaps or touches a time: the two are then one absence."""
        return self.starts_at <= ends_at and starts_at <= self.ends_at


async def place_of(tx: Transaction, absence_id: str | None) -> Place:
    """Where an absence is decided: with the person, and who leads them. Without an id it is the actor's own."""
    return await user_place(tx, await _whose(tx, absence_id))


async def lock_open(tx: Transaction, absence_id: str | None) -> Absence:
    """An absence that is not over, under the lock of its person; without an id the actor's present or next one.

    Raises Refused.
    """
    user_id = await _whose(tx, absence_id)
    await lock_parties(tx, [user_id])
    if absence_id is not None:
        return await open_absence(tx, absence_id)
    items = await open_absences(tx, user_id)
    if not items:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE))
    return items[0]


async def _whose(tx: Transaction, absence_id: str | None) -> str:
    return tx.actor.id if absence_id is None else (await absence(tx, absence_id)).user_id


async def absence(tx: Transaction, absence_id: str) -> Absence:
    """An absence in any state. Raises Refused when there is none."""
    found = await tx.execute(
        select(absences).where(absences.c.organization_id == tx.organization_id, absences.c.id == absence_id)
    )
    row = found.one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE, absence=absence_id))
    return absence_from(row)


async def open_absence(tx: Transaction, absence_id: str) -> Absence:
    """An absence that is not over. Raises Refused. Call it under the lock of the person."""
    found = await absence(tx, absence_id)
    if found.state is not AbsenceState.OPEN:
        raise Refused(refuse(Because.ABSENCE_OVER, absence=absence_id, state=found.state.value))
    return found


async def open_absences(tx: Transaction, user_id: str) -> list[Absence]:
    """A person's absences that are not over, soonest first."""
    found = await tx.execute(
        select(absences)
        .where(
            absences.c.organization_id == tx.organization_id,
            absences.c.user_id == user_id,
            absences.c.state == AbsenceState.OPEN.value,
        )
        .order_by(absences.c.starts_at, absences.c.id)
    )
    return [absence_from(row) for row in found]


def absence_from(row: Row[Any]) -> Absence:
    """Read a row."""
    return Absence(
        id=row.id,
        user_id=row.user_id,
        source=row.source,
        reason=row.reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        plan=plan_from(row.plan),
        wait_hours=row.wait_hours,
        delegate_id=row.delegate_id,
        state=AbsenceState(row.state),
        set_at=row.set_at,
        version=row.version,
    )


async def add(tx: Transaction, new: Absence) -> None:
    """Write a new row."""
    await tx.execute(insert(absences).values(organization_id=tx.organization_id, id=new.id, **_values(new)))


async def change(tx: Transaction, changed: Absence, *, ended_at: datetime | None = None) -> None:
    """Write what an absence has become."""
    await tx.execute(_row(tx, [changed.id]).values(**_values(changed), ended_at=ended_at))


async def swallow(tx: Transaction, into: str, *, others: Iterable[Absence]) -> None:
    """Other absences become part of one, with everything that was moved for them."""
    ids = [other.id for other in others]
    if not ids:
        return
    await tx.execute(_row(tx, ids).values(state=AbsenceState.MERGED.value, ended_at=tx.now))
    for table in (absence_days, absence_parts):
        await tx.execute(
            update(table)
            .where(table.c.organization_id == tx.organization_id, table.c.absence_id.in_(ids))
            .values(absence_id=into)
        )


def overlapping(others: Sequence[Absence], span: Absence) -> list[Absence]:
    """Those of a person's absences that one more makes a part of itself, also through one another.

    One without a known end leads to no others.
    """
    starts_at, ends_at = span.starts_at, span.ends_at
    met: list[Absence] = []
    while more := [
        other
        for other in others
        if other.id != span.id and other not in met and other.meets(starts_at=starts_at, ends_at=ends_at)
    ]:
        met += more
        starts_at = min(starts_at, *(other.starts_at for other in more))
        ends_at = max([ends_at, *(other.ends_at for other in more if not other.is_open_ended)])
    return met


def _row(tx: Transaction, ids: list[str]) -> Any:  # noqa: ANN401  SQLAlchemy's Update, still without its values
    return update(absences).where(absences.c.organization_id == tx.organization_id, absences.c.id.in_(ids))


def _values(item: Absence) -> dict[str, Any]:
    return {
        "user_id": item.user_id,
        "source": item.source,
        "reason": item.reason,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "plan": plan_json(item.plan),
        "wait_hours": item.wait_hours,
        "delegate_id": item.delegate_id,
        "state": item.state.value,
        "set_at": item.set_at,
        "version": item.version,
    }
