"""The ledger inside a deed's own transaction: lock accounts, decide with the same machine, write.

The accounts are locked last and in one statement, in id order; after that a deed only writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, bindparam, insert, select, update

from core.ledger.accounts import Account, Kind, Unit, account_id, expired_of, spent_of
from core.ledger.books import Books, Entry
from core.ledger.rows import POSTING_COLUMNS, account_from, account_state, hold_end, hold_from, hold_row
from core.storage.hot import ACCOUNT_COLUMNS, HOLD_COLUMNS, HOLD_END_COLUMNS, STATE_COLUMNS
from core.storage.inserting import insert_into
from core.storage.tables import accounts, holds, postings
from core.storage.transaction import Transaction

_KEY: Final = ("organization_id", "id")
_ACCOUNTS: Final = [accounts.c[name] for name in ACCOUNT_COLUMNS]
_WRITE: Final = (
    update(accounts)
    .where(accounts.c.organization_id == bindparam("b_organization_id"), accounts.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in STATE_COLUMNS if name not in _KEY})
)
_END_HOLD: Final = (
    update(holds)
    .where(holds.c.organization_id == bindparam("b_organization_id"), holds.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in HOLD_END_COLUMNS if name not in _KEY})
)


@dataclass(slots=True)
class Locked:
    """The locked accounts of one deed. Operations of `core.ledger.moving` apply to `books` with `entry`."""

    tx: Transaction
    books: Books
    entry: Entry

    def account(self, account: str) -> Account:
        """A locked account. Raises Refused when there is none."""
        return self.books.account(account)

    async def write(self) -> None:
        """Write what the operations did: each changed account once, all postings and holds."""
        changed = [account_state(account) for _, account in sorted(self.books.changed.items())]
        if changed:
            await self.tx.execute(_WRITE, [_named(STATE_COLUMNS, row, prefix="b_") for row in changed])
        if self.books.postings:
            rows = [_named(POSTING_COLUMNS, posting) for posting in self.books.postings]
            await self.tx.execute(insert(postings), rows)
        new = self.books.new_holds
        if new:
            await self.tx.execute(insert(holds), [_named(HOLD_COLUMNS, hold_row(hold)) for hold in new.values()])
        ended = [hold_end(hold) for name, hold in self.books.ended_holds.items() if name not in new]
        if ended:
            await self.tx.execute(_END_HOLD, [_named(HOLD_END_COLUMNS, row, prefix="b_") for row in ended])
        for written in (self.books.changed, self.books.postings, new, self.books.ended_holds):
            written.clear()


async def lock(tx: Transaction, ids: Iterable[str], *, hold_ids: Iterable[str] = ()) -> Locked:
    """Lock accounts with their sinks and the heirs of closed ones; read the named holds under those locks."""
    found: dict[str, Account] = {}
    wanted = with_sinks(ids)
    while wanted:
        rows = await tx.execute(_select(tx, wanted))
        found |= {account.id: account for account in map(account_from, rows)}
        heirs = {account.closed_to for account in found.values() if account.closed_to is not None}
        wanted = with_sinks(heirs) - set(found) if heirs - set(found) else set()
    absent = frozenset(with_sinks(ids) - set(found))
    operation = Entry(tx.organization_id, tx.new_id("op"), tx.actor.id, tx.now, tx.today)
    books = Books(found, absent=absent)
    names = list(hold_ids)
    if names:
        rows = await tx.execute(
            select(*[holds.c[name] for name in HOLD_COLUMNS]).where(
                holds.c.organization_id == tx.organization_id, holds.c.id.in_(names)
            )
        )
        books.holds = {hold.id: hold for hold in map(hold_from, rows)}
    return Locked(tx, books, operation)


def with_sinks(ids: Iterable[str]) -> set[str]:
    """The accounts and the sinks that their operations may reach."""
    names = set(ids)
    return names | {sink for name in names for sink in (spent_of(name), expired_of(name))}


async def open_account(
    tx: Transaction,
    kind: Kind,
    *,
    owner_id: str,
    belongs_to: str | None = None,
    unit: Unit = Unit.CREDITS,
    floor: int = 0,
    ends_at: datetime | None = None,
) -> str:
    """Create an account and its sinks where they do not exist yet; return its id.

    `owner_id` is the last part of the id; `belongs_to` is who it is listed under (a boost's user), by default the same.
    """
    name = account_id(kind, owner_id)
    blank = {
        "organization_id": tx.organization_id,
        "owner_id": belongs_to or owner_id,
        "unit": unit.value,
        "slices": "[]",
        "floor": 0,
        "next_expiry": None,
        "closed_to": None,
        "ends_at": None,
        "period_began": None,
    } | dict.fromkeys(
        ["credits", "debits", "held", "unbacked", "owed", "period_base", "period_spent", "marks_told", "version"], 0
    )
    own: dict[str, Any] = blank | {"id": name, "kind": kind.value, "floor": floor, "ends_at": ends_at}
    sinks = [
        blank | {"id": sink, "kind": sink.partition(":")[0]}
        for sink in dict.fromkeys((spent_of(name), expired_of(name)))
    ]
    await tx.execute(_insert_missing(tx), [own] if kind in {Kind.ISSUED, Kind.ALLOTTED} else [own, *sinks])
    return name


def _insert_missing(tx: Transaction) -> Executable:
    statement: Executable = insert_into(tx.connection, accounts).on_conflict_do_nothing()
    return statement


def _select(tx: Transaction, ids: Iterable[str]) -> Executable:
    chosen = (
        select(*_ACCOUNTS)
        .where(accounts.c.organization_id == tx.organization_id, accounts.c.id.in_(sorted(ids)))
        .order_by(accounts.c.id)
    )
    return chosen.with_for_update()


def _named(columns: Iterable[str], row: Iterable[Any], *, prefix: str = "") -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in zip(columns, row, strict=True)}
