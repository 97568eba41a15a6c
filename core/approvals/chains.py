"""Chains: one person of every tier says yes, one after the other, and nobody for two tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, update

from core.access.matrix import Role
from core.approvals.eligible import eligible
from core.approvals.events import ApprovalAgreed
from core.approvals.raising import raise_tier
from core.approvals.reading import handle_of, locked_approval
from core.approvals.states import HOURS, REMIND, Approval, Approver, Progress, Tiers, only
from core.directory.people import handles_of
from core.refusals import Because, Refused, refuse
from core.storage.tables import approval_votes, approvals
from core.storage.transaction import Transaction


async def chain_of(
    tx: Transaction, tiers: Tiers, *, scopes: tuple[str, ...], never: frozenset[str]
) -> list[Approver] | None:
    """Who is asked first, so that further people can agree for every other tier; None where there are not as many.

    A super admin stands in where nobody else can act.
    """
    admins = await eligible(tx, (Role.SUPER_ADMIN,), scopes=scopes, never=never)
    found = [(await eligible(tx, roles, scopes=scopes, never=never), admins) for roles in tiers]
    return (found[0][0] or admins) if _can_all_agree(found, frozenset()) else None


async def refuse_dead_end(tx: Transaction, approval: Approval, *, by: Approver) -> None:
    """Raise Refused where this person's yes would leave nobody for a further tier of a locked chain."""
    never = approval.never | _names(by)
    rest = approval.tiers[approval.tier + 1 :]
    if rest and await chain_of(tx, rest, scopes=approval.path, never=never) is None:
        raise Refused(refuse(Because.NO_NEXT_APPROVER, subject=approval.subject.value))


async def refuse_agreed(tx: Transaction, approval: Approval) -> None:
    """Raise Refused where the actor is one of those whose tier has agreed: they learn whose yes it was, and when."""
    never = approval.gainers | {approval.requester_id}
    for roles, vote in zip(approval.tiers, approval.votes, strict=False):
        able = await eligible(tx, roles, scopes=approval.path, never=never)
        if tx.actor.id in {vote.voter_id, *(approver.user_id for approver in able)}:
            handle = await handle_of(tx, vote.voter_id)
            raise Refused(refuse(Because.ALREADY_AGREED, approval=approval.id, by=handle, at=vote.at))


async def pass_on(
    tx: Transaction, approval: Approval, *, by: Approver, granted: int, hours: int | None, note: str
) -> Progress:
    """One tier of a locked chain has agreed, to this much and for so long: the next one is asked."""
    await tx.execute(
        insert(approval_votes).values(
            organization_id=tx.organization_id,
            approval_id=approval.id,
            tier=approval.tier,
            voter_id=by.user_id,
            voted_for=by.on_behalf_of,
            granted=granted,
            at=tx.now,
        )
    )
    await _note_terms(tx, approval, hours=hours)
    asked = await raise_tier(tx, approval, to=approval.tier + 1)
    after = await locked_approval(tx, approval.id)
    tx.emit(
        ApprovalAgreed(
            approval_id=after.id,
            subject=after.subject.value,
            requester_id=after.requester_id,
            gainer_id=only(after.gainers),
            gainers=len(after.gainers),
            amount=after.most,
            approvers=tuple(approver.user_id for approver in asked),
            expires_at=after.expires_at,
            hours=after.hours,
            asked=after.amount,
            must_agree=after.must_agree,
            agreed=after.voters,
            decided_by=by.user_id,
            decided_for=by.on_behalf_of,
            note=note,
        )
    )
    return progress_of(after, asked, handles=await handles_of(tx, after.voters))


def progress_of(approval: Approval, asked: Sequence[Approver], *, handles: Mapping[str, str]) -> Progress:
    """How far a chain has come."""
    agreed = tuple(handles[user_id] for user_id in approval.voters)
    return Progress(agreed, approval.must_agree, tuple(approver.handle for approver in asked))


async def _note_terms(tx: Transaction, approval: Approval, *, hours: int | None) -> None:
    """The next tier agrees to no longer than this one, and is reminded after as long as the first, or half the rest."""
    assert approval.remind is not None, "every chain says when a tier is reminded"
    lasting = approval.hours if hours is None else hours
    conditions = {REMIND: int(approval.remind.total_seconds())} | ({} if lasting is None else {HOURS: lasting})
    await tx.execute(
        update(approvals)
        .where(approvals.c.organization_id == tx.organization_id, approvals.c.id == approval.id)
        .values(conditions=conditions, remind_at=tx.now + min(approval.remind, (approval.expires_at - tx.now) / 2))
    )


def _names(approver: Approver) -> frozenset[str]:
    """Who counts as having agreed by this person's yes."""
    return frozenset({approver.user_id} | ({approver.on_behalf_of} if approver.on_behalf_of else set()))


def _can_all_agree(tiers: Sequence[tuple[list[Approver], list[Approver]]], taken: frozenset[str]) -> bool:
    """Whether there is somebody else for each: of its own people, or of those who stand in where none is left."""
    if not tiers:
        return True
    own, admins = ([one for one in people if not taken & _names(one)] for people in tiers[0])
    return any(_can_all_agree(tiers[1:], taken | _names(one)) for one in own or admins)
