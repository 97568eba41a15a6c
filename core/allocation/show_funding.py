"""What a person or a place is given: its quota, what it has, and what the budget above could give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from core.access.check import allows
from core.access.matrix import Permission
from core.access.places import node_place, user_place
from core.allocation.owners import Owner, find_owner, gaining_owner
from core.allocation.quotas import quota_of
from core.directory.tree import node, person
from core.ledger.accounts import Account, Kind
from core.ledger.reading import read_accounts
from core.refusals import Refused
from core.storage.tables import accounts
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class StandingQuota:
    """A quota as it stands; `overdraft` is how far below zero calls may go."""

    amount: int
    typed: str
    period: str
    anchor: date
    rollover: str
    hard_limit: bool
    overdraft: int
    valid_until: date | None
    next_refresh: datetime | None


@dataclass(frozen=True, slots=True)
class Funding:
    """`name` is a place's name or a person's handle. `above` is what the budget that feeds it has free; None for who
    may not give there, and where nothing stands above.
    """

    owner_id: str
    is_person: bool
    name: str
    available: int
    quota: StandingQuota | None
    above_name: str | None
    above: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFunding:
    """`owner_id` is a node or a user."""

    needs: ClassVar[str] = Permission.SEE_USAGE
    organization_id: str
    actor: Actor
    owner_id: str

    async def place(self, tx: Transaction) -> Place:
        """The place itself; a person's own affair."""
        owner = await find_owner(tx, self.owner_id)
        return await (user_place if owner.kind is Kind.PERSONAL else node_place)(tx, owner.id)

    async def answer(self, tx: Transaction) -> Funding:
        """Read it."""
        owner = await find_owner(tx, self.owner_id)
        account = await _account(tx, owner.account)
        is_person = owner.kind is Kind.PERSONAL
        name = (await person(tx, owner.id)).handle if is_person else (await node(tx, owner.id)).name
        parent = None if owner.parent_id is None else await node(tx, owner.parent_id)
        shows_above = parent is not None and await _may_give(tx, owner)
        above = await _account(tx, owner.parent_account) if shows_above else None
        return Funding(
            owner_id=owner.id,
            is_person=is_person,
            name=name,
            available=0 if account is None else account.free_on(tx.today),
            quota=await _quota(tx, owner, account=account),
            above_name=None if parent is None else parent.name,
            above=(0 if above is None else above.free_on(tx.today)) if shows_above else None,
        )


async def _may_give(tx: Transaction, owner: Owner) -> bool:
    try:
        await gaining_owner(tx, owner.id)
    except Refused:
        return False
    return await allows(tx, needs=Permission.ALLOCATE, place=owner.place)


async def _account(tx: Transaction, account: str) -> Account | None:
    return (await read_accounts(tx.connection, tx.organization_id, accounts.c.id == account)).get(account)


async def _quota(tx: Transaction, owner: Owner, *, account: Account | None) -> StandingQuota | None:
    quota = await quota_of(tx, owner.id)
    if quota is None:
        return None
    following = quota.next_window(tx.zone, after=tx.now)
    return StandingQuota(
        amount=quota.amount,
        typed=quota.typed,
        period=quota.period.value,
        anchor=quota.anchor,
        rollover=str(quota.rollover),
        hard_limit=quota.hard_limit,
        overdraft=0 if account is None else -account.floor,
        valid_until=quota.valid_until,
        next_refresh=None if following is None else following.start,
    )
