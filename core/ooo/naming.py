"""Accounts and destinations in words: whose pool, budget or own credits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.ledger.accounts import kind_of, owner_of
from core.ooo.plans import Part, Phase, Plan, people_in
from core.storage.tables import nodes, users
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Purse:
    """An account: its kind (`pool`, `budget`, `personal`) and its owner's name, of a person the handle."""

    account: str
    kind: str
    name: str


async def purses(tx: Transaction, accounts: Iterable[str]) -> dict[str, Purse]:
    """The accounts by id."""
    owners = {account: owner_of(account) for account in accounts}
    ids = sorted(set(owners.values()))
    places = await tx.execute(
        select(nodes.c.id, nodes.c.name).where(nodes.c.organization_id == tx.organization_id, nodes.c.id.in_(ids))
    )
    people = await tx.execute(
        select(users.c.id, users.c.handle).where(users.c.organization_id == tx.organization_id, users.c.id.in_(ids))
    )
    names = {row.id: row.name for row in places} | {row.id: row.handle for row in people}
    return {account: Purse(account, kind_of(account).value, names[owner]) for account, owner in owners.items()}


async def with_handles(tx: Transaction, plan: Plan) -> Plan:
    """The same with people by handle, `@bob`."""
    found = await tx.execute(
        select(users.c.id, users.c.handle).where(
            users.c.organization_id == tx.organization_id, users.c.id.in_(sorted(people_in(plan)))
        )
    )
    handles = {row.id: f"@{row.handle}" for row in found}
    return tuple(
        Phase(tuple(Part(handles.get(part.to, part.to), part.percent) for part in phase.parts), phase.days)
        for phase in plan
    )
