"""Who may decide a request: found when it is asked, and found again when somebody decides.

The requester and whoever gains never may, not as a delegate and not by an acting role either.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from core.access.holders import Holder, holders
from core.access.matrix import Role
from core.approvals.states import Approval, Approver
from core.storage.tables import delegations, users
from core.storage.transaction import Transaction


async def eligible(
    tx: Transaction, wanted: Iterable[Role], *, scopes: tuple[str, ...], never: frozenset[str]
) -> list[Approver]:
    """The people with one of the roles in the place, and their delegates, besides those who `never` may."""
    own = await holders(tx, wanted, scopes=scopes)
    found = [Approver(holder.user_id, holder.handle, holder.role) for holder in own]
    found += await _delegates(tx, own)
    once: dict[str, Approver] = {}
    for approver in found:
        if approver.user_id not in never and approver.on_behalf_of not in never:
            once.setdefault(approver.user_id, approver)
    return list(once.values())


async def eligible_now(tx: Transaction, approval: Approval) -> list[Approver]:
    """Who may decide this request as things stand."""
    for wanted in approval.asked_roles:
        found = await eligible(tx, wanted, scopes=approval.path, never=approval.never)
        if found:
            return found
    return []


async def _delegates(tx: Transaction, own: list[Holder]) -> list[Approver]:
    by_id = {holder.user_id: holder for holder in own}
    found = await tx.execute(
        select(delegations.c.delegator_id, users.c.id, users.c.handle)
        .join(
            users,
            (users.c.organization_id == delegations.c.organization_id) & (users.c.id == delegations.c.delegate_id),
        )
        .where(
            delegations.c.organization_id == tx.organization_id,
            delegations.c.delegator_id.in_(sorted(by_id)),
            delegations.c.starts_at <= tx.now,
            or_(delegations.c.ends_at.is_(None), delegations.c.ends_at > tx.now),
            users.c.deactivated_at.is_(None),
        )
        .order_by(users.c.handle, delegations.c.delegator_id)
    )
    return [Approver(row.id, row.handle, by_id[row.delegator_id].role, on_behalf_of=row.delegator_id) for row in found]
