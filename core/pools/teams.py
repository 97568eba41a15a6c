"""The team whose pool is meant, and the people who draw from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from core.directory.create_user import Seniority
from core.directory.texts import wrong
from core.directory.tree import Node, NodeKind, active_node
from core.refusals import Because, Refused, refuse
from core.storage.tables import users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Drawer:
    """Somebody who may draw from the pool of the team where they are at home."""

    id: str
    handle: str
    home_id: str
    is_junior: bool


async def active_team(tx: Transaction, team_id: str) -> Node:
    """A team that is not archived. Raises Refused."""
    team = await active_node(tx, team_id)
    if team.kind is not NodeKind.TEAM:
        raise wrong("team_id", "only teams have a pool")
    return team


async def locked_drawer(tx: Transaction, user_id: str) -> Drawer:
    """An active person, their row locked: what they have asked for cannot change meanwhile. Raises Refused."""
    row = _row(tx, user_id)
    return _drawer(await _one(tx, row.with_for_update(), user_id=user_id))


async def read_drawer(tx: Transaction, user_id: str) -> Drawer:
    """The same for a question, which locks nothing."""
    return _drawer(await _one(tx, _row(tx, user_id), user_id=user_id))


async def team_of(tx: Transaction, drawer: Drawer) -> Node:
    """Their team. Raises Refused (NO_POOL) when they are at home in a department or the organization."""
    home = await active_node(tx, drawer.home_id)
    if home.kind is not NodeKind.TEAM:
        raise Refused(refuse(Because.NO_POOL, home=home.name))
    return home


def _row(tx: Transaction, user_id: str) -> Select[Any]:
    return select(users.c.id, users.c.handle, users.c.home_id, users.c.seniority, users.c.deactivated_at).where(
        users.c.organization_id == tx.organization_id, users.c.id == user_id
    )


async def _one(tx: Transaction, wanted: Select[Any], *, user_id: str) -> Row[Any]:
    row = (await tx.execute(wanted)).one_or_none()
    if row is None:
        raise Refused(refuse(Because.UNKNOWN_USER, user=user_id))
    if row.deactivated_at is not None:
        raise Refused(refuse(Because.INACTIVE_USER, user=user_id))
    return row


def _drawer(row: Row[Any]) -> Drawer:
    return Drawer(row.id, row.handle, row.home_id, row.seniority == Seniority.JUNIOR)
