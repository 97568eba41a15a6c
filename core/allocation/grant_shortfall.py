"""A budget that was short has received credits: it grants what it still owes of the periods that are going on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import node_place
from core.allocation.events import Granted, ShortfallGranted
from core.allocation.grants import Grant, change_grant, short_grants
from core.allocation.owners import active_children
from core.allocation.quotas import later_expiry, quotas_of
from core.allocation.shares import share_out
from core.directory.tree import gate
from core.ledger.accounts import Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Move
from core.policy.quotas import Quota
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """The receipt. `short` is what is owed still."""

    parent_id: str
    grants: tuple[Granted, ...]
    short: int


@dataclass(frozen=True, slots=True)
class _Part:
    """What is granted now to one owner, and until when it lives."""

    before: Grant
    amount: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantShortfall:
    """`version` is that of the parent's account as it was found with credits: each state of it is looked at once."""

    needs: ClassVar[str] = Permission.RUN_JOBS
    id: str
    organization_id: str
    actor: Actor
    parent_id: str
    version: int

    async def place(self, tx: Transaction) -> Place:
        """The parent."""
        return await node_place(tx, self.parent_id)

    async def execute(self, tx: Transaction) -> CaughtUp:
        """Divide what the parent has in proportion to what it owes; people who left it get nothing more from it."""
        await gate(tx)
        kinds = await active_children(tx, self.parent_id)
        owed = [grant for grant in await short_grants(tx, self.parent_id) if grant.owner_id in kinds]
        quotas = await quotas_of(tx, {grant.owner_id for grant in owed})
        accounts = {grant.owner_id: account_id(kinds[grant.owner_id], grant.owner_id) for grant in owed}
        locked = await lock(tx, (self._source, *accounts.values()))
        # Nothing below may refuse.
        parts = self._divide(locked, owed, quotas=quotas)
        for part in parts:
            account = accounts[part.before.owner_id]
            move = Move(self._source, account, part.amount, PostingKind.GRANT, given=part.expires_on)
            move.apply(locked.books, locked.entry)
        await locked.write()
        for part in parts:
            await change_grant(tx, replace(part.before, granted=part.before.granted + part.amount))
        receipt = self._receipt(parts, owed)
        if parts:
            tx.emit(ShortfallGranted(parent_id=self.parent_id, grants=receipt.grants))
        tx.record(await self._note(tx, receipt))
        return receipt

    @property
    def _source(self) -> str:
        return account_id(Kind.BUDGET, self.parent_id)

    def _divide(self, locked: Locked, owed: list[Grant], *, quotas: dict[str, Quota]) -> list[_Part]:
        today = locked.entry.today
        weights = {_key(grant): grant.owed for grant in owed}
        shares = share_out(locked.account(self._source).free_on(today), weights)
        parts = [
            _Part(
                grant,
                shares[_key(grant)],
                later_expiry(quotas[grant.owner_id], first=grant.expires_on, today=today),
            )
            for grant in owed
        ]
        return [part for part in parts if part.amount]

    def _receipt(self, parts: list[_Part], owed: list[Grant]) -> CaughtUp:
        grants = tuple(
            Granted(
                owner_id=part.before.owner_id,
                quota=part.before.quota,
                granted=part.amount,
                expires_on=part.expires_on,
            )
            for part in parts
        )
        left = sum(grant.owed for grant in owed) - sum(part.amount for part in parts)
        return CaughtUp(self.parent_id, grants, left)

    async def _note(self, tx: Transaction, receipt: CaughtUp) -> AuditNote:
        return AuditNote(
            Happened.QUOTA_SHORTFALL_GRANTED,
            await self.place(tx),
            subject_id=self.parent_id,
            amount=sum(grant.granted for grant in receipt.grants),
            details={
                "granted": {grant.owner_id: grant.granted for grant in receipt.grants},
                "short": receipt.short,
            },
        )


def _key(grant: Grant) -> str:
    """One owner may have two periods going on after a change of calendar."""
    return f"{grant.owner_id}/{grant.start.isoformat()}"
