"""Boosts as people see them: those that run where somebody decides, and everything of one person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Row, select

from core.access.check import carries, roles_of
from core.access.matrix import Permission
from core.access.places import path_from, user_place
from core.directory.people import handles_of
from core.overrides.funding import used_of
from core.overrides.states import OverrideState
from core.storage.tables import nodes, overrides, users
from core.storage.transaction import Actor, Place, Transaction

MOST_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One boost. `amount` is what was granted, before that what was asked; `at` is when it began or was asked for."""

    override_id: str
    user_id: str
    person: str
    state: OverrideState
    amount: int
    used: int
    hours: int
    reason: str
    granted_by: str | None
    at: datetime
    ends_at: datetime | None
    can_revoke: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveOverrides:
    """The actor's own, and those of everybody for whom they decide; soonest end first."""

    needs: ClassVar[str] = Permission.ANSWER_REQUESTS
    organization_id: str
    actor: Actor

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair; others' are shown by what the actor may see."""
        return await user_place(tx, self.actor.id)

    async def answer(self, tx: Transaction) -> tuple[OverrideLine, ...]:
        """Read."""
        found = await tx.execute(
            _LINES.where(
                overrides.c.organization_id == tx.organization_id,
                overrides.c.state == OverrideState.ACTIVE.value,
                overrides.c.ends_at > tx.now,
            ).order_by(overrides.c.ends_at, overrides.c.id)
        )
        held = await roles_of(tx)
        shown: list[tuple[Row[Any], bool]] = []
        for row in found:
            place = Place(path_from(row.path), row.user_id)
            decides = carries(held, needs=Permission.DECIDE, place=place, actor=tx.actor)
            sees = carries(held, needs=Permission.SEE_PERSONAL_DETAIL, place=place, actor=tx.actor)
            if decides or sees:
                shown.append((row, decides))
        return await _lines(tx, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideHistory:
    """All boosts that a person was given or asked for, newest first; at most 200."""

    needs: ClassVar[str] = Permission.SEE_PERSONAL_DETAIL
    organization_id: str
    actor: Actor
    user_id: str

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, and their managers'."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[OverrideLine, ...]:
        """Read."""
        found = await tx.execute(
            _LINES.where(overrides.c.organization_id == tx.organization_id, overrides.c.user_id == self.user_id)
            .order_by(overrides.c.asked_at.desc(), overrides.c.id.desc())
            .limit(MOST_LINES)
        )
        return await _lines(tx, [(row, False) for row in found])


_LINES: Final = (
    select(overrides, users.c.handle, nodes.c.path)
    .join(users, (users.c.organization_id == overrides.c.organization_id) & (users.c.id == overrides.c.user_id))
    .join(nodes, (nodes.c.organization_id == users.c.organization_id) & (nodes.c.id == users.c.home_id))
)


async def _lines(tx: Transaction, rows: list[tuple[Row[Any], bool]]) -> tuple[OverrideLine, ...]:
    used = await used_of(tx, [row.id for row, _ in rows if row.amount is not None])
    granters = await handles_of(tx, {row.granted_by for row, _ in rows if row.granted_by is not None})
    return tuple(
        OverrideLine(
            row.id,
            row.user_id,
            row.handle,
            OverrideState(row.state),
            row.asked if row.amount is None else row.amount,
            used.get(row.id, 0),
            row.hours,
            row.reason,
            granters.get(row.granted_by),
            row.starts_at or row.asked_at,
            row.ends_at,
            can_revoke,
        )
        for row, can_revoke in rows
    )
