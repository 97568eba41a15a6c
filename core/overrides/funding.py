"""Credits for a boost: from a budget onto an account of its own, in slices that outlive its end, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.access.places import node_place
from core.directory.policies import override_policy
from core.directory.tree import Person, node
from core.ledger.accounts import Kind, account_id, spent_of
from core.ledger.books import PostingKind
from core.ledger.locking import lock, open_account
from core.ledger.moving import Close, Move
from core.overrides.rows import RunningBoost, set_override
from core.overrides.states import WARNED_BEFORE, OverrideState
from core.policy.override_policy import OverridePolicy
from core.policy.periods import day_of
from core.refusals import Because, Refused, refuse
from core.storage.tables import accounts
from core.storage.transaction import Place, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A boost that begins now, out of the budget of a node."""

    override_id: str
    user_id: str
    amount: int
    hours: int
    budget_id: str
    granted_by: str

    def ends_at(self, now: datetime) -> datetime:
        """It is active in [now, this)."""
        return now + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a boost came to: spent, back in the budget, and held by calls that still run."""

    used: int
    returned: int
    in_flight: int


async def free_for(tx: Transaction, budget_id: str, *, hours: int) -> int:
    """What a budget has free that outlives a boost which begins now; locks the budget."""
    account = account_id(Kind.BUDGET, budget_id)
    budget = (await lock(tx, [account])).account(account)
    if budget.closed_to is not None:
        return 0
    last = day_of(tx.now + timedelta(hours=hours), tx.zone)
    return sum(piece.amount for piece in budget.choose(budget.free_on(tx.today), not_before=last))


def short(asked: int, available: int, *, budget: str) -> Refused:
    """A budget has less than somebody wants to grant out of it."""
    return Refused(refuse(Because.BUDGET_SHORT, asked=asked, available=available, budget=budget))


async def begin(tx: Transaction, begun: Begun) -> datetime:
    """Move the credits and write that it runs; return its end. Raises Refused (OUT_OF_CREDITS) when they are short."""
    ends_at = begun.ends_at(tx.now)
    boost = await open_account(tx, Kind.BOOST, owner_id=begun.override_id, belongs_to=begun.user_id, ends_at=ends_at)
    budget = account_id(Kind.BUDGET, begun.budget_id)
    locked = await lock(tx, [budget, boost])
    last = day_of(ends_at, tx.zone)
    Move(budget, boost, begun.amount, PostingKind.BOOST, not_before=last).apply(locked.books, locked.entry)
    # Nothing below may refuse.
    await locked.write()
    is_long = timedelta(hours=begun.hours) >= 2 * WARNED_BEFORE
    await set_override(
        tx,
        begun.override_id,
        state=OverrideState.ACTIVE.value,
        amount=begun.amount,
        hours=begun.hours,
        granted_by=begun.granted_by,
        budget_id=begun.budget_id,
        starts_at=tx.now,
        ends_at=ends_at,
        warn_at=ends_at - WARNED_BEFORE if is_long else None,
    )
    return ends_at


async def close(tx: Transaction, running: RunningBoost, *, state: OverrideState) -> Closing:
    """Close the account of a locked boost to the budget it came from, and write that it is over."""
    boost = account_id(Kind.BOOST, running.id)
    heir = account_id(Kind.BUDGET, running.budget_id)
    locked = await lock(tx, [boost, heir])
    account = locked.account(boost)
    spent = locked.account(spent_of(boost))
    closing = Closing(spent.credits - spent.debits, account.free_on(tx.today), account.held)
    Close(boost, heir).apply(locked.books, locked.entry)
    await locked.write()
    await set_over(tx, running.id, state=state, returned=closing.returned)
    return closing


async def set_over(tx: Transaction, override_id: str, *, state: OverrideState, returned: int) -> None:
    """Write that a boost is over."""
    await set_override(tx, override_id, state=state.value, ended_at=tx.now, warn_at=None, returned=returned)


async def used_of(tx: Transaction, ids: list[str]) -> Mapping[str, int]:
    """What has been spent out of boosts, by their ids."""
    sinks = {spent_of(account_id(Kind.BOOST, name)): name for name in ids}
    found = await tx.execute(
        select(accounts.c.id, accounts.c.credits, accounts.c.debits).where(
            accounts.c.organization_id == tx.organization_id, accounts.c.id.in_(sorted(sinks))
        )
    )
    return {sinks[row.id]: row.credits - row.debits for row in found}


async def policy_for(tx: Transaction, person: Person) -> tuple[OverridePolicy, Place]:
    """What counts for somebody's boosts, and the home at which roles must be held."""
    home = await node(tx, person.home_id)
    place = await node_place(tx, person.home_id)
    return await override_policy(tx.connection, tx.organization_id, path=home.path), place
