"""The people of a transfer, locked, and the policy that they send under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from core.directory.policies import transfer_policy
from core.directory.tree import node
from core.policy.transfer_policy import TransferPolicy
from core.storage.tables import users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Party:
    """One person of a transfer."""

    id: str
    handle: str
    home_id: str
    is_active: bool


async def lock_parties(tx: Transaction, ids: Iterable[str]) -> dict[str, Party]:
    """The people with these ids, their rows locked in the order of their ids; unknown ids are left out.

    Every sum over a person's transfers is read under this lock, so that no other transfer can change it meanwhile.
    """
    rows = _rows(tx, ids)
    return _parties(await tx.execute(rows.with_for_update()))


async def read_parties(tx: Transaction, ids: Iterable[str]) -> dict[str, Party]:
    """The same for a question, which locks nothing."""
    return _parties(await tx.execute(_rows(tx, ids)))


def _rows(tx: Transaction, ids: Iterable[str]) -> Select[Any]:
    return (
        select(users.c.id, users.c.handle, users.c.home_id, users.c.deactivated_at)
        .where(users.c.organization_id == tx.organization_id, users.c.id.in_(sorted(set(ids))))
        .order_by(users.c.id)
    )


def _parties(found: Iterable[Row[Any]]) -> dict[str, Party]:
    return {row.id: Party(row.id, row.handle, row.home_id, row.deactivated_at is None) for row in found}


async def policy_at(tx: Transaction, home_id: str) -> TransferPolicy:
    """What somebody may send whose home this is, as it counts now."""
    home = await node(tx, home_id)
    return await transfer_policy(tx.connection, tx.organization_id, path=home.path)
