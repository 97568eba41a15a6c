"""Requests that wait are decided where their requester is at home: they follow who, or what, moves."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from core.access.places import path_text
from core.storage.tables import approvals, draws
from core.storage.transaction import Transaction


async def follow_person(tx: Transaction, user_id: str, *, path: tuple[str, ...]) -> None:
    """What somebody waits for is decided at their new home; what they asked of the old team's pool stays there."""
    ours = draws.c.organization_id == tx.organization_id
    of_pools = select(draws.c.id).where(ours, draws.c.requester_id == user_id)
    await tx.execute(
        update(approvals)
        .where(
            approvals.c.organization_id == tx.organization_id,
            approvals.c.requester_id == user_id,
            approvals.c.decided_at.is_(None),
            approvals.c.subject_id.not_in(of_pools),
        )
        .values(scope=path_text(path))
    )


async def follow_node(tx: Transaction, *, before: str, after: str) -> None:
    """The same for everything that waits at a node, or below it, whose path has changed."""
    waiting = await tx.execute(
        select(approvals.c.id, approvals.c.scope).where(
            approvals.c.organization_id == tx.organization_id,
            approvals.c.decided_at.is_(None),
            approvals.c.scope.startswith(before, autoescape=True),
        )
    )
    scopes = [{"b_id": row.id, "b_scope": after + row.scope.removeprefix(before)} for row in waiting]
    if scopes:
        moved = update(approvals).where(
            approvals.c.organization_id == tx.organization_id, approvals.c.id == bindparam("b_id")
        )
        await tx.execute(moved.values(scope=bindparam("b_scope")), scopes)
