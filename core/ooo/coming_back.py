"""What was moved while somebody was away comes back as far as it is still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update

from core.directory.policies import ooo_policy
from core.directory.tree import person
from core.ledger.accounts import Kind, Piece, account_id, kind_of
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import GiveBack
from core.ooo.absences import Absence
from core.ooo.destinations import around, living
from core.ooo.events import Portion
from core.ooo.unspent import Key, unspent_on
from core.storage.tables import absence_days, absence_parts
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CameBack:
    """`returned` came back, by account; `grace` came from budgets in place of what others had used; `left` is used.

    What has expired meanwhile is in none of them: it would have expired at home, too.
    """

    returned: int
    grace: int
    left: int
    by: tuple[Portion, ...] = ()


@dataclass(slots=True)
class _Part:
    """A row of `absence_parts` that is being worked on."""

    row: Row[Any]
    returned: int = 0
    replaced: int = 0

    @property
    def key(self) -> Key:
        return (self.row.user_id, self.row.day)

    @property
    def wanted(self) -> int:
        return int(self.row.amount) - int(self.row.returned) - self.returned - self.replaced


async def bring_back(tx: Transaction, item: Absence, *, days: set[date] | None = None) -> CameBack:
    """Bring back what was moved on some days, by default on all, and then also grace credits: that is a return.

    Locks accounts, so it comes last; it refuses nothing. The person's row must be locked.
    """
    parts = await _outstanding(tx, item, days=days)
    home_id = (await person(tx, item.user_id)).home_id
    policy = await ooo_policy(tx.connection, tx.organization_id, home_id=home_id)
    if not parts or not policy.return_policy.restore_full_quota:
        return CameBack(0, 0, sum(part.wanted for part in parts))
    where = await around(tx, home_id)
    own = account_id(Kind.PERSONAL, item.user_id)
    sources = {part.row.account for part in parts}
    most = 0 if days is not None else policy.return_policy.grace_period_days * await _last_share(tx, item)
    locked = await lock(tx, {own, *sources, *where.grace_from})
    # Read under the locks: until then a call may spend what would come back.
    kept = {name: await unspent_on(tx, name) for name in sorted(sources) if kind_of(name) is Kind.PERSONAL}
    for part in parts:
        _return(locked, part, own=own, kept=kept.get(part.row.account))
    _add_grace(locked, parts, budgets=where.grace_from, own=own, most=most)
    await locked.write()
    await _write(tx, parts)
    return _summed(parts, today=tx.today)


async def _outstanding(tx: Transaction, item: Absence, *, days: set[date] | None) -> list[_Part]:
    """Latest expiry first: it has the fewest slices to come from."""
    found = await tx.execute(
        select(absence_parts)
        .where(
            absence_parts.c.organization_id == tx.organization_id,
            absence_parts.c.absence_id == item.id,
            absence_parts.c.amount > absence_parts.c.returned,
        )
        .order_by(absence_parts.c.expires_on.desc(), absence_parts.c.day, absence_parts.c.account)
    )
    return [_Part(row) for row in found if days is None or row.day in days]


async def _last_share(tx: Transaction, item: Absence) -> int:
    found = await tx.execute(
        select(absence_days.c.share)
        .where(absence_days.c.organization_id == tx.organization_id, absence_days.c.absence_id == item.id)
        .order_by(absence_days.c.day.desc())
        .limit(1)
    )
    return int(found.scalar_one())


def _return(locked: Locked, part: _Part, *, own: str, kept: dict[Key, int] | None) -> None:
    """One part; of a person (`kept` is not None) only what they have not used."""
    most = part.wanted if kept is None else min(part.wanted, kept[part.key])
    source = living(locked, part.row.account)
    piece = Piece(part.row.expires_on, most)
    part.returned = GiveBack(source, own, piece, PostingKind.ABSENCE_RETURN).apply(locked.books, locked.entry)
    if kept is not None:
        kept[part.key] -= part.returned


def _add_grace(locked: Locked, parts: Sequence[_Part], *, budgets: Sequence[str], own: str, most: int) -> None:
    """Replace what is gone, with the dates that it had: nobody ends with more than without being away."""
    for budget in budgets:
        source = living(locked, budget)
        for part in parts:
            piece = Piece(part.row.expires_on, min(part.wanted, most))
            given = GiveBack(source, own, piece, PostingKind.GRACE).apply(locked.books, locked.entry)
            part.replaced += given
            most -= given


async def _write(tx: Transaction, parts: Sequence[_Part]) -> None:
    for part in parts:
        if part.returned:
            await tx.execute(
                update(absence_parts)
                .where(
                    absence_parts.c.organization_id == tx.organization_id,
                    absence_parts.c.user_id == part.row.user_id,
                    absence_parts.c.day == part.row.day,
                    absence_parts.c.account == part.row.account,
                    absence_parts.c.expires_on == part.row.expires_on,
                )
                .values(returned=part.row.returned + part.returned)
            )


def _summed(parts: Sequence[_Part], *, today: date) -> CameBack:
    by: dict[str, int] = {}
    for part in parts:
        if part.returned:
            by[part.row.account] = by.get(part.row.account, 0) + part.returned
    return CameBack(
        returned=sum(part.returned for part in parts),
        grace=sum(part.replaced for part in parts),
        left=sum(part.wanted for part in parts if part.row.expires_on >= today),
        by=tuple(Portion(account, amount) for account, amount in sorted(by.items())),
    )
