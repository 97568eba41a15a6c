"""Which policy applies where: read from the stored documents, in the transaction that decides by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.policy.documents import Layer, PolicyKind, effective
from core.policy.ooo import OooPolicy
from core.policy.override_policy import OverridePolicy
from core.policy.pool import POOL_DEFAULTS, PoolPolicy
from core.policy.transfer_policy import TransferPolicy
from core.storage.tables import nodes, policies

P = TypeVar("P")

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Since(Generic[P]):
    """A policy and the moment from which on it counts."""

    since: datetime
    policy: P


@dataclass(frozen=True, slots=True)
class Standing:
    """A document that counts now, and the place where it stands."""

    scope_id: str
    path: tuple[str, ...]
    layer: Layer


async def transfer_policy(
    connection: AsyncConnection, organization_id: str, *, path: tuple[str, ...]
) -> TransferPolicy:
    """What somebody may send whose home has this path (ids from the organization down)."""
    policy: TransferPolicy = await _policy(connection, organization_id, kind=PolicyKind.TRANSFER, path=path)
    return policy


async def pool_policy(connection: AsyncConnection, organization_id: str, *, team_id: str) -> PoolPolicy:
    """How a team's pool is reached."""
    path = await _path_of(connection, organization_id, node_id=team_id)
    policy: PoolPolicy = await _policy(connection, organization_id, kind=PolicyKind.POOL, path=path)
    return policy


async def pool_policy_history(
    connection: AsyncConnection, organization_id: str, *, paths: Sequence[tuple[str, ...]]
) -> list[list[Since[PoolPolicy]]]:
    """Every pool policy that each of these teams has had, oldest first, beginning with the built-in one."""
    found = await connection.execute(
        select(policies.c.scope_id, policies.c.document, policies.c.applied_at)
        .where(policies.c.organization_id == organization_id, policies.c.kind == PolicyKind.POOL.value)
        .order_by(policies.c.applied_at, policies.c.version)
    )
    rows = found.all()
    return [_history(path, [row for row in rows if row.scope_id in path]) for path in paths]


def _history(path: tuple[str, ...], rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Since[PoolPolicy]]:
    standing: dict[str, Any] = {}
    history = [Since(_EVER, POOL_DEFAULTS)]
    for row in rows:
        standing[row.scope_id] = row.document
        layers = [standing[scope] for scope in path if scope in standing]
        policy: Any = effective(PolicyKind.POOL, layers)
        history.append(Since(row.applied_at, policy))
    return history


async def ooo_policy(connection: AsyncConnection, organization_id: str, *, home_id: str) -> OooPolicy:
    """What happens to the credits of somebody away whose home this is."""
    path = await _path_of(connection, organization_id, node_id=home_id)
    policy: OooPolicy = await _policy(connection, organization_id, kind=PolicyKind.OOO, path=path)
    return policy


async def override_policy(
    connection: AsyncConnection, organization_id: str, *, path: tuple[str, ...]
) -> OverridePolicy:
    """What boosts somebody may have whose home has this path (ids from the organization down)."""
    policy: OverridePolicy = await _policy(connection, organization_id, kind=PolicyKind.OVERRIDE, path=path)
    return policy


async def _path_of(connection: AsyncConnection, organization_id: str, *, node_id: str) -> tuple[str, ...]:
    found = await connection.execute(
        select(nodes.c.path).where(nodes.c.organization_id == organization_id, nodes.c.id == node_id)
    )
    return tuple(found.scalar_one().rstrip("/").split("/"))


async def _policy(connection: AsyncConnection, organization_id: str, *, kind: PolicyKind, path: tuple[str, ...]) -> Any:  # noqa: ANN401  the kind decides
    layers = await layers_on(connection, organization_id, kind=kind, path=path)
    return effective(kind, [layer.values for layer in layers])


async def layers_on(
    connection: AsyncConnection, organization_id: str, *, kind: PolicyKind, path: tuple[str, ...]
) -> list[Layer]:
    """The documents of a kind on a path, the highest place first."""
    standing = await standing_documents(connection, organization_id, kind=kind, scopes=path)
    return [one.layer for one in sorted(standing, key=lambda one: path.index(one.scope_id))]


async def standing_documents(
    connection: AsyncConnection, organization_id: str, *, kind: PolicyKind, scopes: Sequence[str] | None = None
) -> list[Standing]:
    """The documents of a kind that count now, at these places or everywhere."""
    newest = (
        select(policies.c.scope_id, func.max(policies.c.version).label("version"))
        .where(policies.c.organization_id == organization_id, policies.c.kind == kind.value)
        .group_by(policies.c.scope_id)
        .subquery()
    )
    same = and_(policies.c.scope_id == newest.c.scope_id, policies.c.version == newest.c.version)
    at = and_(nodes.c.organization_id == policies.c.organization_id, nodes.c.id == policies.c.scope_id)
    wanted = (
        select(policies.c.scope_id, policies.c.version, policies.c.document, nodes.c.name, nodes.c.path)
        .join(newest, same)
        .join(nodes, at)
        .where(policies.c.organization_id == organization_id, policies.c.kind == kind.value)
    )
    if scopes is not None:
        wanted = wanted.where(policies.c.scope_id.in_(scopes))
    found = await connection.execute(wanted)
    return [
        Standing(row.scope_id, tuple(row.path.rstrip("/").split("/")), Layer(row.name, row.version, row.document))
        for row in found
    ]
