"""What came to somebody and went from them but for transfers, boosts and calls: grants, draws, shares of days away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy import Column, ColumnElement, Row, func, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.people import handles_of
from core.ledger.accounts import Kind, account_id, owner_of
from core.ledger.books import PostingKind
from core.storage.tables import absence_days, nodes, postings
from core.storage.transaction import Actor, Place, Transaction

MOST_LINES: Final = 200


class ActivityKind(StrEnum):
    """Why credits came or went."""

    REFRESHED = "refreshed"
    ALLOCATED = "allocated"
    WITHDRAWN = "withdrawn"
    DRAWN = "drawn"
    PAID_BACK = "paid_back"
    SHARE_GIVEN = "share_given"
    SHARE_RECEIVED = "share_received"
    SHARE_RETURNED = "share_returned"
    SHARE_REPLACED = "share_replaced"


_CAME: Final[Mapping[str, ActivityKind]] = {
    PostingKind.GRANT.value: ActivityKind.REFRESHED,
    PostingKind.ALLOCATE.value: ActivityKind.ALLOCATED,
    PostingKind.DRAW.value: ActivityKind.DRAWN,
    PostingKind.PAYBACK.value: ActivityKind.PAID_BACK,
    PostingKind.ABSENCE.value: ActivityKind.SHARE_RECEIVED,
    PostingKind.ABSENCE_RETURN.value: ActivityKind.SHARE_RETURNED,
    PostingKind.GRACE.value: ActivityKind.SHARE_REPLACED,
}
_TAKEN: Final = PostingKind.WITHDRAW.value
"""What postings were, those that came and the one that went; sends and boosts stand in histories of their own."""


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One move. `other` is the handle of a colleague or the name of a place, None for a day's share that was given."""

    kind: ActivityKind
    amount: int
    other: str | None
    is_person: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The moves of a person's own credits since a moment, newest first; at most 200 of each way."""

    needs: ClassVar[str] = Permission.SEE_PERSONAL_DETAIL
    organization_id: str
    actor: Actor
    user_id: str
    since: datetime

    async def place(self, tx: Transaction) -> Place:
        """The person's own affair, and their managers'."""
        return await user_place(tx, self.user_id)

    async def answer(self, tx: Transaction) -> tuple[ActivityLine, ...]:
        """Read. Postings are found by the account that is credited."""
        own = account_id(Kind.PERSONAL, self.user_id)
        budgets = [account_id(Kind.BUDGET, scope_id) for scope_id in (await self.place(tx)).path]
        into, out_of = postings.c.credit_account, postings.c.debit_account
        moves = [
            *await self._moves(tx, out_of, into == own, postings.c.kind.in_(sorted(_CAME))),
            *await self._moves(tx, into, into.in_(budgets), out_of == own, postings.c.kind == _TAKEN),
        ]
        names = await _names(tx, {owner_of(row.other) for row in moves})
        lines = [_line(row, names) for row in moves] + await self._shares(tx)
        return tuple(sorted(lines, key=lambda line: line.at, reverse=True))

    async def _moves(self, tx: Transaction, other: Column[str], *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Operations, whatever slices they moved."""
        at = func.max(postings.c.at).label("at")
        found = await tx.execute(
            select(postings.c.kind, other.label("other"), at, func.sum(postings.c.amount).label("amount"))
            .where(postings.c.organization_id == tx.organization_id, postings.c.at >= self.since, *which)
            .group_by(postings.c.operation_id, postings.c.kind, other)
            .order_by(at.desc(), other)
            .limit(MOST_LINES)
        )
        return found.all()

    async def _shares(self, tx: Transaction) -> list[ActivityLine]:
        found = await tx.execute(
            select(absence_days.c.amount, absence_days.c.at)
            .where(
                absence_days.c.organization_id == tx.organization_id,
                absence_days.c.user_id == self.user_id,
                absence_days.c.at >= self.since,
                absence_days.c.amount > 0,
            )
            .order_by(absence_days.c.at.desc())
            .limit(MOST_LINES)
        )
        return [ActivityLine(ActivityKind.SHARE_GIVEN, row.amount, None, is_person=False, at=row.at) for row in found]


async def _names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    places = await tx.execute(
        select(nodes.c.id, nodes.c.name).where(
            nodes.c.organization_id == tx.organization_id, nodes.c.id.in_(sorted(ids))
        )
    )
    return await handles_of(tx, ids) | {row.id: row.name for row in places}


def _line(row: Row[Any], names: Mapping[str, str]) -> ActivityLine:
    kind = ActivityKind.WITHDRAWN if row.kind == _TAKEN else _CAME[row.kind]
    other_id = owner_of(row.other)
    is_person = other_id.startswith("usr_")
    return ActivityLine(kind, int(row.amount), names.get(other_id), is_person=is_person, at=row.at)
