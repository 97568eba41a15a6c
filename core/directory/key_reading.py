"""A key's holder as the database has it, in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.matrix import MATRIX, Permission
from core.access.places import path_from
from core.directory.tree import NodeKind
from core.directory.units import Metering, Units
from core.refusals import Because, Refused, refuse
from core.storage.database import Database
from core.storage.tables import api_keys, nodes, organizations, roles, users


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, and everything about them that a call needs. `path` is from the organization to the home."""

    organization_id: str
    user_id: str
    handle: str
    key_id: str
    environment: str
    team_id: str | None
    department_id: str | None
    path: tuple[str, ...]
    is_service: bool
    zone: ZoneInfo
    units: Units


@dataclass(frozen=True, slots=True)
class Span:
    """[starts_at, ends_at) of a role that carries the right to use the API."""

    starts_at: datetime | None
    ends_at: datetime | None

    def covers(self, now: datetime) -> bool:
        """Whether the role counts now."""
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A principal and what may stand in its way, which depends on the time of each call."""

    principal: Principal
    digest: str
    expires_at: datetime | None
    revoked_at: datetime | None
    deactivated_at: datetime | None
    may_call: tuple[Span, ...]

    def check(self, now: datetime) -> None:
        """Raise Refused when the key or its holder may not call now."""
        if self.revoked_at is not None:
            raise Refused(refuse(Because.UNKNOWN_KEY, state="revoked", at=self.revoked_at))
        if self.expires_at is not None and self.expires_at <= now:
            raise Refused(refuse(Because.UNKNOWN_KEY, state="expired", at=self.expires_at))
        if self.deactivated_at is not None:
            raise Refused(refuse(Because.INACTIVE_USER, user=self.principal.user_id))
        if not any(span.covers(now) for span in self.may_call):
            raise Refused(refuse(Because.NOT_ALLOWED, needs=Permission.USE_API.value))


_CALLERS: Final = [role.value for role in MATRIX[Permission.USE_API]]
_ORGANIZATION: Final = ("time_zone", "metering", "credits_per_usd", "custom_units")
_HELD: Final = (
    select(
        api_keys,
        users.c.handle,
        users.c.is_service,
        users.c.deactivated_at,
        nodes.c.path,
        *[organizations.c[name] for name in _ORGANIZATION],
    )
    .join(users, and_(users.c.organization_id == api_keys.c.organization_id, users.c.id == api_keys.c.user_id))
    .join(nodes, and_(nodes.c.organization_id == users.c.organization_id, nodes.c.id == users.c.home_id))
    .join(organizations, organizations.c.organization_id == api_keys.c.organization_id)
)


async def read_holder(database: Database, digest: str) -> KeyHolder | None:
    """The holder of the key with this digest; None when nobody has it."""
    async with database.snapshot() as connection:
        row = (await connection.execute(_HELD.where(api_keys.c.digest == digest))).one_or_none()
        if row is None:
            return None
        return KeyHolder(
            principal=await _principal(connection, row),
            digest=row.digest,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            deactivated_at=row.deactivated_at,
            may_call=await _spans(connection, row),
        )


async def _principal(connection: AsyncConnection, row: Row[Any]) -> Principal:
    path = path_from(row.path)
    kinds = await _kinds(connection, row.organization_id, path=path)
    return Principal(
        organization_id=row.organization_id,
        user_id=row.user_id,
        handle=row.handle,
        key_id=row.id,
        environment=row.environment,
        team_id=_nearest(NodeKind.TEAM, path, kinds=kinds),
        department_id=_nearest(NodeKind.DEPARTMENT, path, kinds=kinds),
        path=path,
        is_service=row.is_service,
        zone=ZoneInfo(row.time_zone),
        units=Units(Metering(row.metering), row.credits_per_usd, row.custom_units),
    )


async def _kinds(connection: AsyncConnection, organization_id: str, *, path: tuple[str, ...]) -> dict[str, str]:
    rows = await connection.execute(
        select(nodes.c.id, nodes.c.kind).where(nodes.c.organization_id == organization_id, nodes.c.id.in_(path))
    )
    return {row.id: row.kind for row in rows}


def _nearest(kind: NodeKind, path: tuple[str, ...], *, kinds: dict[str, str]) -> str | None:
    return next((node for node in reversed(path) if kinds[node] == kind), None)


async def _spans(connection: AsyncConnection, row: Row[Any]) -> tuple[Span, ...]:
    held = await connection.execute(
        select(roles.c.starts_at, roles.c.ends_at).where(
            roles.c.organization_id == row.organization_id,
            roles.c.user_id == row.user_id,
            roles.c.role.in_(_CALLERS),
        )
    )
    return tuple(Span(span.starts_at, span.ends_at) for span in held)
