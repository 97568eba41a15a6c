"""A day's share of a quota, and how much of what somebody has is theirs to share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from core.allocation.quotas import quota_of
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.policy.periods import day_of
from core.storage.tables import grants, postings
from core.storage.transaction import Transaction

GIFTS: Final = (PostingKind.SEND.value, PostingKind.ABSENCE.value)
"""How credits come from colleagues: they stay with who got them."""
GIFTS_GONE: Final = (PostingKind.UNDO.value, PostingKind.ABSENCE_RETURN.value)
"""How such credits go back."""


@dataclass(frozen=True, slots=True)
class Share:
    """Credits of one day, quota ÷ days rounded down, and the beginning of the period that they belong to."""

    amount: int
    period_start: datetime


async def share_at(tx: Transaction, user_id: str, *, at: datetime) -> Share | None:
    """The share of the day of a moment, None without a quota. A changed quota counts from its next refresh on."""
    quota = await quota_of(tx, user_id)
    if quota is None:
        return None
    granted = await tx.execute(
        select(grants.c.window_start, grants.c.window_end, grants.c.quota)
        .where(
            grants.c.organization_id == tx.organization_id,
            grants.c.owner_id == user_id,
            grants.c.window_start <= at,
            grants.c.window_end > at,
        )
        .order_by(grants.c.window_start.desc())
    )
    row = granted.first()
    if row is not None:
        days = (day_of(row.window_end, tx.zone) - day_of(row.window_start, tx.zone)).days
        return Share(row.quota // days, row.window_start)
    window = quota.schedule(tx.zone).window_at(at)
    if window is None or not quota.serves(window):
        return None
    return Share(quota.amount // window.days, window.start)


async def received_since(tx: Transaction, user_id: str, *, start: datetime) -> int:
    """What colleagues gave this person since a moment, less what went back."""
    own = account_id(Kind.PERSONAL, user_id)
    came = await _sum(tx, postings.c.credit_account == own, postings.c.kind.in_(GIFTS), postings.c.at >= start)
    went = await _sum(tx, postings.c.debit_account == own, postings.c.kind.in_(GIFTS_GONE), postings.c.at >= start)
    return max(0, came - went)


async def _sum(tx: Transaction, *where: ColumnElement[bool]) -> int:
    found = await tx.execute(
        select(func.coalesce(func.sum(postings.c.amount), 0)).where(
            postings.c.organization_id == tx.organization_id, *where
        )
    )
    return int(found.scalar_one())
