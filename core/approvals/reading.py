"""Requests as they stand in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from core.access.matrix import Role
from core.approvals.states import HOURS, REMIND, Approval, ApprovalState, Subject, Vote
from core.directory.texts import wrong
from core.refusals import Because, Refused, refuse
from core.storage.tables import approval_votes, approvals, users
from core.storage.transaction import Place, Transaction


async def locked_approval(tx: Transaction, approval_id: str) -> Approval:
    """The request, its row locked. Raises Refused when there is none."""
    row = select(approvals).where(approvals.c.organization_id == tx.organization_id, approvals.c.id == approval_id)
    found = (await tx.execute(row.with_for_update())).one_or_none()
    if found is None:
        raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=approval_id))
    return await with_votes(tx, found)


async def locked_approval_of(tx: Transaction, approval_id: str, *, subject: Subject) -> Approval:
    """The same, decided or not, where that is what it is about. Raises Refused when there is none."""
    approval = await locked_approval(tx, approval_id)
    if approval.subject is not subject:
        raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=approval_id))
    return approval


async def with_votes(tx: Transaction, row: Row[Any]) -> Approval:
    """A row and what its chain has agreed to."""
    votes: list[Row[Any]] = []
    if row.is_chain:
        found = await tx.execute(
            select(approval_votes)
            .where(approval_votes.c.organization_id == tx.organization_id, approval_votes.c.approval_id == row.id)
            .order_by(approval_votes.c.tier)
        )
        votes = list(found)
    return Approval(
        id=row.id,
        subject=Subject(row.subject_kind),
        subject_id=row.subject_id,
        requester_id=row.requester_id,
        gainers=frozenset(row.gainers),
        amount=row.amount,
        reason=row.reason,
        path=tuple(row.scope.rstrip("/").split("/")),
        tiers=tuple(tuple(Role(role) for role in tier) for tier in row.tiers),
        tier=row.tier,
        is_chain=row.is_chain,
        state=ApprovalState(row.state),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        votes=tuple(Vote(vote.voter_id, vote.voted_for, vote.granted, vote.at) for vote in votes),
        hours=row.conditions.get(HOURS),
        remind=timedelta(seconds=row.conditions[REMIND]) if REMIND in row.conditions else None,
    )


async def refuse_decided(tx: Transaction, approval: Approval) -> None:
    """Raise Refused with the existing decision, name and time, unless the request is open."""
    if approval.state is ApprovalState.OPEN and tx.now < approval.expires_at:
        return
    state = ApprovalState.EXPIRED if approval.state is ApprovalState.OPEN else approval.state
    handle = await handle_of(tx, approval.decided_by) if approval.decided_by else None
    at = approval.decided_at or approval.expires_at
    raise Refused(refuse(Because.ALREADY_DECIDED, approval=approval.id, state=state.value, by=handle, at=at))


async def refuse_unless_over(tx: Transaction, approval: Approval) -> None:
    """Raise Refused unless the request is open and its time is over."""
    if approval.state is not ApprovalState.OPEN:
        await refuse_decided(tx, approval)
    if tx.now < approval.expires_at:
        raise wrong("approval_id", "its time is not over")


async def handle_of(tx: Transaction, user_id: str) -> str:
    """A person's handle, or the id where there is none."""
    found = await tx.execute(
        select(users.c.handle).where(users.c.organization_id == tx.organization_id, users.c.id == user_id)
    )
    return found.scalar_one_or_none() or user_id


def place_of(approval: Approval) -> Place:
    """Where roles must be held to decide it."""
    return Place(approval.path)
