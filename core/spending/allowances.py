"""A person's monthly allowance on a team pool: an account of its own, so that the limit is kept under the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.accounts import NEVER, Account, Kind, Unit, account_id
from core.ledger.books import Books, Entry, PostingKind
from core.ledger.locking import open_account
from core.ledger.moving import Move
from core.storage.tables import accounts
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Allowance:
    """One person's month on one team's pool; `month` is its first day."""

    team_id: str
    user_id: str
    month: date

    @property
    def owner(self) -> str:
        """The last part of the ids of its accounts."""
        return f"{self.team_id}/{self.user_id}/{self.month:%Y-%m}"

    @property
    def next_month(self) -> date:
        """The first day on which it counts no more."""
        return (self.month + timedelta(days=31)).replace(day=1)

    @property
    def account(self) -> str:
        """What may still be drawn."""
        return account_id(Kind.ALLOWANCE, self.owner)

    @property
    def source(self) -> str:
        """Where it comes from; what was taken from there is the limit of the month."""
        return account_id(Kind.ALLOTTED, self.owner)

    @property
    def used(self) -> str:
        """What was drawn, by calls and by request."""
        return account_id(Kind.USED, self.owner)


def allowance_on(team_id: str, user_id: str, *, day: date) -> Allowance:
    """The allowance that a day's draws count against."""
    return Allowance(team_id, user_id, day.replace(day=1))


async def open_allowance(tx: Transaction, allowance: Allowance) -> None:
    """Create its accounts where they do not exist yet."""
    await open_account(tx, Kind.ALLOTTED, owner_id=allowance.owner, belongs_to=allowance.user_id, unit=Unit.ALLOWANCE)
    await open_account(tx, Kind.ALLOWANCE, owner_id=allowance.owner, belongs_to=allowance.user_id, unit=Unit.ALLOWANCE)


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Bring a month to its limit as the policy has it now; of a lower one only what is free can be taken back."""

    allowance: Allowance
    monthly: int

    def apply(self, books: Books, entry: Entry) -> None:
        """Write."""
        source, account = books.account(self.allowance.source), books.account(self.allowance.account)
        missing = self.monthly - allotted(source)
        if missing > 0:
            Move(source.id, account.id, missing, PostingKind.ALLOT, given=NEVER).apply(books, entry)
        back = min(-missing, account.free_on(entry.today))
        if back > 0:
            Move(account.id, source.id, back, PostingKind.ALLOT).apply(books, entry)


def allotted(source: Account) -> int:
    """The limit of a month so far."""
    return source.debits - source.credits


@dataclass(frozen=True, slots=True)
class Allotted:
    """The limit of a month as it stands; `version` tells the states of the account apart."""

    limit: int
    version: int


async def read_allotted(connection: AsyncConnection, organization_id: str, *, allowance: Allowance) -> Allotted | None:
    """None while the month has not been opened."""
    found = await connection.execute(
        select(accounts.c.debits, accounts.c.credits, accounts.c.version).where(
            accounts.c.organization_id == organization_id, accounts.c.id == allowance.source
        )
    )
    row = found.one_or_none()
    return None if row is None else Allotted(row.debits - row.credits, row.version)


def room_left(account: Account, source: Account, *, monthly: int, today: date) -> int:
    """What may still be drawn under a limit, whether or not the accounts have been brought to it."""
    return max(0, account.free_on(today) + monthly - allotted(source))
