"""What one may know about people: everybody their colleagues, who manages them also their address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, select

from core.access.check import carries, roles_of
from core.access.matrix import Permission, Role
from core.access.places import path_from
from core.storage.tables import nodes, users
from core.storage.transaction import Actor, ActorKind, Place, Transaction


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person. `home` is the home's name; `email` only for who manages them, and for themselves."""

    id: str
    handle: str
    name: str
    home_id: str
    home: str
    seniority: str
    is_service: bool
    is_active: bool
    email: str | None


_AT_HOME: Final = (nodes.c.organization_id == users.c.organization_id) & (nodes.c.id == users.c.home_id)


def colleagues(tx: Transaction) -> Place:
    """To know one's colleagues is everybody's own affair."""
    return Place((tx.organization_id,), tx.actor.id)


def people_with_homes(tx: Transaction) -> Select[Any]:
    """Everybody in the organization, beside their home."""
    return (
        select(users, nodes.c.path, nodes.c.name.label("home"))
        .join(nodes, _AT_HOME)
        .where(users.c.organization_id == tx.organization_id)
    )


async def handles_of(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """What these people are called, by their ids, those who have left included."""
    found = await tx.execute(
        select(users.c.id, users.c.handle).where(
            users.c.organization_id == tx.organization_id, users.c.id.in_(sorted(ids))
        )
    )
    return {row.id: row.handle for row in found}


async def person_lines(tx: Transaction, rows: Iterable[Row[Any]]) -> list[PersonLine]:
    """The rows, with what this actor may see of each."""
    held = await roles_of(tx) if tx.actor.kind is ActorKind.USER else []
    return [_line(tx.actor, row, held=held) for row in rows]


def _line(actor: Actor, row: Row[Any], *, held: list[tuple[Role, str]]) -> PersonLine:
    place = Place(path_from(row.path))
    manages = carries(held, needs=Permission.MANAGE_PEOPLE, place=place, actor=actor)
    return PersonLine(
        id=row.id,
        handle=row.handle,
        name=row.name,
        home_id=row.home_id,
        home=row.home,
        seniority=row.seniority,
        is_service=row.is_service,
        is_active=row.deactivated_at is None,
        email=row.email if manages or row.id == actor.id else None,
    )
