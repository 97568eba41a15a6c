"""Boosts of somebody who leaves: their accounts are closed with the personal one, their rows say so."""

from __future__ import annotations

from sqlalchemy import select

from core.ledger.accounts import Kind, account_id
from core.ledger.locking import Locked
from core.overrides.funding import set_over
from core.overrides.states import OverrideState
from core.storage.tables import overrides
from core.storage.transaction import Transaction


async def running_boosts(tx: Transaction, user_id: str) -> tuple[str, ...]:
    """Lock those that run; their ids. The person's own row is locked, so none begins meanwhile."""
    rows = (
        select(overrides.c.id)
        .where(
            overrides.c.organization_id == tx.organization_id,
            overrides.c.user_id == user_id,
            overrides.c.state == OverrideState.ACTIVE.value,
        )
        .order_by(overrides.c.id)
    )
    return tuple((await tx.execute(rows.with_for_update())).scalars())


def free_on_each(locked: Locked, ids: tuple[str, ...]) -> dict[str, int]:
    """What goes back of each, before anything is closed."""
    return {name: locked.account(account_id(Kind.BOOST, name)).free_on(locked.entry.today) for name in ids}


async def end_boosts(tx: Transaction, free: dict[str, int]) -> None:
    """Write that they are over."""
    for name, returned in free.items():
        await set_over(tx, name, state=OverrideState.REVOKED, returned=returned)
