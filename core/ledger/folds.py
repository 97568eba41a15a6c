"""Folding postings, open holds and reservations into what accounts must be. The database groups; only sums travel."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import NEVER
from core.ledger.drift import Fold
from core.ledger.holds import HoldState, Line
from core.ledger.reserving import ReservationState, pieces_from
from core.ledger.rows import lines_from
from core.storage.tables import holds, postings, reservations


@dataclass(slots=True)
class Folds:
    """What one organization's accounts must be, and the open holds whose lines cannot be read."""

    accounts: defaultdict[str, Fold] = field(default_factory=lambda: defaultdict(Fold))
    unreadable: list[str] = field(default_factory=list)


async def fold(connection: AsyncConnection, organization_id: str) -> Folds:
    """Everything that one organization's postings and open holds say about its accounts."""
    folds = Folds()
    await _fold_postings(connection, organization_id, folds=folds)
    await _fold_holds(connection, organization_id, folds=folds)
    await _fold_reservations(connection, organization_id, folds=folds)
    return folds


async def _fold_postings(connection: AsyncConnection, organization_id: str, *, folds: Folds) -> None:
    sides = union_all(
        select(
            postings.c.credit_account.label("account"),
            postings.c.expires_given.label("day"),
            postings.c.amount.label("credits"),
            literal(0).label("debits"),
        ).where(postings.c.organization_id == organization_id),
        select(
            postings.c.debit_account,
            postings.c.expires_taken,
            literal(0),
            postings.c.amount,
        ).where(postings.c.organization_id == organization_id),
    ).subquery()
    sums = select(sides.c.account, sides.c.day, func.sum(sides.c.credits), func.sum(sides.c.debits)).group_by(
        sides.c.account, sides.c.day
    )
    async for account, day, came, went in await connection.stream(sums):
        found = folds.accounts[account]
        found.credits += int(came)
        found.debits += int(went)
        if day is not None and came != went:
            found.days[day] = int(came - went)


async def _fold_holds(connection: AsyncConnection, organization_id: str, *, folds: Folds) -> None:
    """Open holds live for minutes, so they are few and may be read one by one."""
    is_open = (holds.c.organization_id == organization_id, holds.c.state == HoldState.OPEN.value)
    async for hold_id, text in await connection.stream(select(holds.c.id, holds.c.lines).where(*is_open)):
        try:
            lines = lines_from(json.loads(text))
        except (ValueError, TypeError):
            folds.unreadable.append(hold_id)
        else:
            _fold_lines(lines, folds)


async def _fold_reservations(connection: AsyncConnection, organization_id: str, *, folds: Folds) -> None:
    """What waits for a decision: as few as people can ask for."""
    is_open = (reservations.c.organization_id == organization_id, reservations.c.state == ReservationState.OPEN.value)
    found = await connection.execute(select(reservations.c.account, reservations.c.pieces).where(*is_open))
    for account, text in found:
        for piece in pieces_from(text):
            _reserve(folds.accounts[account], piece.expires_on, amount=piece.amount)


def _fold_lines(lines: Iterable[Line], folds: Folds) -> None:
    for line in lines:
        _reserve(folds.accounts[line.account], line.expires_on, amount=line.amount)
        if line.allowance is not None:
            _reserve(folds.accounts[line.allowance], NEVER, amount=line.amount)


def _reserve(fold: Fold, day: date | None, *, amount: int) -> None:
    fold.held[day] = fold.held.get(day, 0) + amount
