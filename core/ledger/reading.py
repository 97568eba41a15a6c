"""Accounts as they stand, for questions: nothing is locked. What a deed decides by is read with `locking.lock`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import Account
from core.ledger.rows import account_from
from core.storage.hot import ACCOUNT_COLUMNS
from core.storage.tables import accounts

_COLUMNS: Final = [accounts.c[name] for name in ACCOUNT_COLUMNS]


async def read_accounts(
    connection: AsyncConnection, organization_id: str, *which: ColumnElement[bool]
) -> dict[str, Account]:
    """Those of an organization that fulfil the conditions, by id."""
    found = await connection.execute(select(*_COLUMNS).where(accounts.c.organization_id == organization_id, *which))
    return {account.id: account for account in map(account_from, found)}
