"""When somebody is away, and how it stands with what was moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.ooo.absences import Absence, open_absences
from core.ooo.naming import Purse, purses, with_handles
from core.ooo.plans import Plan
from core.storage.tables import absence_parts, users
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class MovedTo:
    """What an account got, and what of it has come back."""

    to: Purse
    amount: int
    returned: int


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence that is not over; `is_away` when it has begun. Of its plan people stand there by handle, `@bob`.

    `is_open_ended` when it ends as soon as something is heard of the person.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    is_away: bool
    delegate: str | None
    plan: Plan
    moved: tuple[MovedTo, ...]
    is_open_ended: bool


@dataclass(frozen=True, slots=True)
class Absences:
    """The soonest first."""

    user_id: str
    lines: tuple[AbsenceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAbsences:
    """A person's absences that are not over."""

    needs: ClassVar[str] = Permission.SET_ABSENCE
    organization_id: str
    actor: Actor
    user_id: str

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> Absences:
        """Refuses nothing."""
        return Absences(self.user_id, tuple([await _line(tx, item) for item in await open_absences(tx, self.user_id)]))


async def _line(tx: Transaction, item: Absence) -> AbsenceLine:
    found = await tx.execute(
        select(
            absence_parts.c.account,
            func.sum(absence_parts.c.amount).label("amount"),
            func.sum(absence_parts.c.returned).label("returned"),
        )
        .where(absence_parts.c.organization_id == tx.organization_id, absence_parts.c.absence_id == item.id)
        .group_by(absence_parts.c.account)
        .order_by(absence_parts.c.account)
    )
    rows = found.all()
    named = await purses(tx, [row.account for row in rows])
    return AbsenceLine(
        item.id,
        item.starts_at,
        item.ends_at,
        item.reason,
        item.starts_at <= tx.now,
        await _handle(tx, item.delegate_id),
        await with_handles(tx, item.plan),
        tuple(MovedTo(named[row.account], int(row.amount), int(row.returned)) for row in rows),
        item.is_open_ended,
    )


async def _handle(tx: Transaction, user_id: str | None) -> str | None:
    if user_id is None:
        return None
    found = await tx.execute(
        select(users.c.handle).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    return str(found.scalar_one())
