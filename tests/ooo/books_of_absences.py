"""What must hold of absences and their books, whatever happened: nothing lost, nothing stuck, nobody with more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, select

from core.ledger.accounts import Account, owner_of
from core.ledger.rows import account_from
from core.ledger.verify import verify
from core.storage.hot import ACCOUNT_COLUMNS
from core.storage.tables import absence_days, absence_parts, absences, accounts, job_runs, postings
from tests.company import Company

OUT, BACK = "absence", ("absence_return", "grace")


async def assert_books_hold(company: Company) -> None:
    """After every step."""
    report = await verify(company.database)
    assert report.drift == []
    days, parts = await _rows(company, absence_days), await _rows(company, absence_parts)
    moves = await _rows(company, postings)
    assert all(0 <= part.returned <= part.amount for part in parts)
    _assert_days_are_operations(days, parts, moves=moves)
    _assert_returns_are_postings(parts, moves=moves)
    _assert_nobody_gains(moves)
    assert [run.command_id for run in await _rows(company, job_runs) if run.refused is not None] == []


async def assert_what_is_missing_was_used(company: Company, absence_id: str) -> None:
    """Right after a return: what lives and did not come back is not free in any pool or budget where it went."""
    books = await _accounts(company)
    today = company.clock.at.astimezone(await _zone(company)).date()
    for part in await _rows(company, absence_parts):
        if part.absence_id != absence_id or part.expires_on < today or part.amount == part.returned:
            continue
        account = books[part.account]
        while account.closed_to is not None:
            account = books[account.closed_to]
        if account.id.startswith("personal:"):
            assert await _used(company, account.id) >= part.amount - part.returned
        else:
            free = sum(piece.free for piece in account.slices if piece.expires_on >= part.expires_on)
            assert free == 0, (part, free)


async def assert_nothing_is_stuck(company: Company) -> None:
    """In the end no absence is open whose time is over."""
    now = company.clock.at
    assert [row.id for row in await _rows(company, absences) if row.state == "open" and row.ends_at <= now] == []


def _assert_days_are_operations(
    days: Sequence[Row[Any]], parts: Sequence[Row[Any]], *, moves: Sequence[Row[Any]]
) -> None:
    """Each day moved at most its share, once, in an operation of its own, and its parts say where to."""
    moved: Counter[str] = Counter()
    for move in moves:
        if move.kind == OUT:
            moved[move.operation_id] += move.amount
    by_day: Counter[tuple[str, date]] = Counter()
    for part in parts:
        by_day[part.user_id, part.day] += part.amount
    for day in days:
        assert day.amount <= day.share
        assert by_day[day.user_id, day.day] == day.amount
        assert moved[day.operation_id] == day.amount
    assert moved.total() == sum(day.amount for day in days)


def _assert_returns_are_postings(parts: Sequence[Row[Any]], *, moves: Sequence[Row[Any]]) -> None:
    returned: Counter[str] = Counter()
    for part in parts:
        returned[part.user_id] += part.returned
    posted: Counter[str] = Counter()
    for move in moves:
        if move.kind == BACK[0]:
            posted[owner_of(move.credit_account)] += move.amount
    assert +returned == +posted


def _assert_nobody_gains(moves: Sequence[Row[Any]]) -> None:
    """Of every expiry date nobody gets back, grace credits included, more than was moved of it."""
    left: defaultdict[tuple[str, date], int] = defaultdict(int)
    for move in moves:
        if move.kind == OUT:
            left[move.debit_account, move.expires_taken] += move.amount
        elif move.kind in BACK:
            left[move.credit_account, move.expires_given] -= move.amount
    assert all(amount >= 0 for amount in left.values())


async def _used(company: Company, account: str) -> int:
    kinds = ("spend", "overrun", "late", "send", "absence", "withdraw")
    return sum(
        move.amount for move in await _rows(company, postings) if move.debit_account == account and move.kind in kinds
    )


async def _rows(company: Company, table: Table) -> Sequence[Row[Any]]:
    async with company.database.snapshot() as connection:
        return (await connection.execute(select(table).where(table.c.organization_id == company.id))).all()


async def _accounts(company: Company) -> dict[str, Account]:
    async with company.database.snapshot() as connection:
        found = await connection.execute(
            select(*[accounts.c[name] for name in ACCOUNT_COLUMNS]).where(accounts.c.organization_id == company.id)
        )
        return {account.id: account for account in map(account_from, found)}


async def _zone(company: Company) -> Any:  # noqa: ANN401  the zone as the transaction has it
    async with company.transaction(by="operator") as tx:
        return tx.zone
