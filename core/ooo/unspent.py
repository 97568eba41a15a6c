"""What a designated person still has of what came from colleagues who are away: moved credits count as spent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from core.ledger.books import PostingKind
from core.storage.tables import absence_parts, postings
from core.storage.transaction import Transaction

Key = tuple[str, date]
"""Whose day: (the id of who is away, the day)."""

_NOT_SPENT: Final = (
    PostingKind.EXPIRE.value,
    PostingKind.CLOSE.value,
    PostingKind.UNDO.value,
    PostingKind.ABSENCE_RETURN.value,
)
"""Debits that use nothing: dates bound them, an heir has them, or they take back what somebody else gave."""
_UNSPENT: Final = (PostingKind.UNDO.value,)
"""Credits that make an earlier use undone."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Something that happened to an account: credits `moved` there for a day, or used (negative: used no longer)."""

    at: datetime
    amount: int
    moved: Key | None = None


def unspent(flows: Iterable[Flow]) -> dict[Key, int]:
    """What is left of each day's credits: uses take the oldest first, then the account's own; undoing goes back."""
    left: dict[Key, int] = {}
    uses: list[tuple[Key | None, int]] = []
    for flow in sorted(flows, key=lambda flow: (flow.at, flow.moved is None)):
        if flow.moved is not None:
            left[flow.moved] = left.get(flow.moved, 0) + flow.amount
        elif flow.amount > 0:
            _use(left, uses, amount=flow.amount)
        else:
            _undo(left, uses, amount=-flow.amount)
    return left


def _use(left: dict[Key, int], uses: list[tuple[Key | None, int]], *, amount: int) -> None:
    for key, there in left.items():
        taken = min(there, amount)
        left[key] -= taken
        amount -= taken
        if taken:
            uses.append((key, taken))
    if amount:
        uses.append((None, amount))


def _undo(left: dict[Key, int], uses: list[tuple[Key | None, int]], *, amount: int) -> None:
    while amount and uses:
        key, used = uses.pop()
        back = min(used, amount)
        amount -= back
        if key is not None:
            left[key] += back
        if used > back:
            uses.append((key, used - back))


async def unspent_on(tx: Transaction, account: str) -> dict[Key, int]:
    """What is left on a person's account of every day's credits that have not been returned.

    Exact under the account's lock only: a call may spend at any moment.
    """
    moved = await tx.execute(
        select(absence_parts).where(
            absence_parts.c.organization_id == tx.organization_id,
            absence_parts.c.account == account,
            absence_parts.c.amount > absence_parts.c.returned,
        )
    )
    flows = [Flow(row.at, row.amount - row.returned, (row.user_id, row.day)) for row in moved]
    if not flows:
        return {}
    first = min(flow.at for flow in flows)
    used = await tx.execute(
        select(postings.c.at, postings.c.amount).where(
            postings.c.organization_id == tx.organization_id,
            postings.c.debit_account == account,
            postings.c.kind.not_in(_NOT_SPENT),
            postings.c.at >= first,
        )
    )
    undone = await tx.execute(
        select(postings.c.at, postings.c.amount).where(
            postings.c.organization_id == tx.organization_id,
            postings.c.credit_account == account,
            postings.c.kind.in_(_UNSPENT),
            postings.c.at >= first,
        )
    )
    flows += [Flow(row.at, row.amount) for row in used] + [Flow(row.at, -row.amount) for row in undone]
    left: defaultdict[Key, int] = defaultdict(int)
    left.update(unspent(flows))
    return left
