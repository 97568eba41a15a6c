"""Whoever is named when somebody goes away decides in their place for exactly that time."""

from __future__ import annotations

from sqlalchemy import insert, or_, select, update

from core.approvals.events import DelegationEnded, DelegationMade
from core.ooo.absences import Absence
from core.ooo.words import AbsenceState
from core.storage.tables import delegations
from core.storage.transaction import Transaction


async def delegate(tx: Transaction, item: Absence) -> None:
    """Make the delegation of an absence what the absence says now."""
    await _end(tx, item)
    if item.delegate_id is None or item.state is not AbsenceState.OPEN:
        return
    row = {
        "delegator_id": item.user_id,
        "delegate_id": item.delegate_id,
        "starts_at": max(item.starts_at, tx.now),
        "ends_at": item.ends_at,
    }
    delegation_id = tx.new_id("dlg")
    await tx.execute(
        insert(delegations).values(
            organization_id=tx.organization_id, id=delegation_id, absence_id=item.id, created_at=tx.now, **row
        )
    )
    tx.emit(
        DelegationMade(
            delegation_id=delegation_id,
            delegator_id=item.user_id,
            delegate_id=item.delegate_id,
            starts_at=max(item.starts_at, tx.now),
            ends_at=item.ends_at,
        )
    )


async def _end(tx: Transaction, item: Absence) -> None:
    living = (
        delegations.c.organization_id == tx.organization_id,
        delegations.c.absence_id == item.id,
        or_(delegations.c.ends_at.is_(None), delegations.c.ends_at > tx.now),
    )
    found = (await tx.execute(select(delegations).where(*living).order_by(delegations.c.id))).all()
    if found:
        await tx.execute(update(delegations).where(*living).values(ends_at=tx.now))
    for row in found:
        tx.emit(DelegationEnded(delegation_id=row.id, delegator_id=row.delegator_id, delegate_id=row.delegate_id))
