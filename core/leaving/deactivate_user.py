"""A person leaves: keys and roles end, and their credits go back to where they were at home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_, select, update

from core.access.matrix import Permission
from core.access.places import user_place
from core.approvals.end_delegation import end_delegations
from core.directory.role_keeping import refuse_last_super_admin
from core.directory.tree import active_person, gate
from core.leaving.boosts import end_boosts, free_on_each, running_boosts
from core.leaving.loans import debts_of, pay_all, tell_what_stays_owed, write_all
from core.leaving.requests import cancel_all, open_requests
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import lock
from core.ledger.moving import Close
from core.ooo.words import AbsenceState
from core.storage.audit_types import Happened
from core.storage.tables import absences, accounts, api_keys, roles, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from core.transfers.collect_loans import Returned
from core.transfers.people import lock_parties


@dataclass(frozen=True, slots=True)
class UserDeactivated:
    """The receipt. `credits` is what went to the home's budget now; open holds follow when they end.

    `requests_cancelled` and `delegations_ended` are ids; `loans` is what lenders got back, and what not.
    """

    user_id: str
    to_id: str
    credits: int
    keys_revoked: int
    requests_cancelled: tuple[str, ...] = ()
    delegations_ended: tuple[str, ...] = ()
    loans: tuple[Returned, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeactivateUser:
    """For good; the row stays, because the books and the audit trail speak of it."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str

    needs: ClassVar[str] = Permission.MANAGE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """The person's home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> UserDeactivated:
        """Refuses somebody who has left already, and the last super admin."""
        await gate(tx)
        leaver = await active_person(tx, self.user_id)
        await refuse_last_super_admin(tx, leaver.id)
        place = await user_place(tx, leaver.id)
        requests = await open_requests(tx, leaver.id)
        debts = await debts_of(tx, leaver.id)
        others = requests.people | debts.lenders
        await lock_parties(tx, {leaver.id, *others})
        boosts = await running_boosts(tx, leaver.id)
        own = await _purses(tx, leaver.id)
        heir = account_id(Kind.BUDGET, leaver.home_id)
        await lock(tx, [*own, heir, *requests.accounts, *(account_id(Kind.PERSONAL, user) for user in others)])
        # Nothing below may refuse.
        cancelled = await cancel_all(tx, requests, leaver_id=leaver.id)
        ended = await end_delegations(tx, leaver.id, as_delegate=True)
        locked = await lock(tx, [*own, heir, *(account_id(Kind.PERSONAL, user) for user in debts.lenders)])
        returned = pay_all(locked, debts)
        left = sum(locked.account(account).free_on(tx.today) for account in own)
        boosted = free_on_each(locked, boosts)
        for account in own:
            Close(account, heir).apply(locked.books, locked.entry)
        await locked.write()
        await write_all(tx, returned, borrower_id=leaver.id)
        await tell_what_stays_owed(tx, leaver.id)
        revoked = await _end_ways_in(tx, leaver.id)
        await _end_absences(tx, leaver.id)
        await end_boosts(tx, boosted)
        gone = UserDeactivated(leaver.id, leaver.home_id, left, revoked, cancelled, ended, returned)
        tx.record(_note(gone, place, boosts=boosts))
        return gone


def _note(gone: UserDeactivated, place: Place, *, boosts: tuple[str, ...]) -> AuditNote:
    return AuditNote(
        Happened.USER_DEACTIVATED,
        place,
        subject_id=gone.user_id,
        amount=gone.credits,
        details={
            "to": gone.to_id,
            "keys_revoked": gone.keys_revoked,
            "requests_cancelled": gone.requests_cancelled,
            "delegations_ended": gone.delegations_ended,
            "boosts_ended": boosts,
            "loans_left": {part.loan_id: part.left for part in gone.loans if part.left},
        },
    )


async def _purses(tx: Transaction, user_id: str) -> list[str]:
    """Their personal account and the boosts that are listed under them."""
    rows = await tx.execute(
        select(accounts.c.id).where(
            accounts.c.organization_id == tx.organization_id,
            accounts.c.owner_id == user_id,
            accounts.c.kind.in_([Kind.PERSONAL.value, Kind.BOOST.value]),
        )
    )
    return [row.id for row in rows]


async def _end_ways_in(tx: Transaction, user_id: str) -> int:
    """Deactivate, end all roles, revoke all keys; return how many keys that were."""
    person = (users.c.organization_id == tx.organization_id, users.c.id == user_id)
    await tx.execute(update(users).where(*person).values(deactivated_at=tx.now))
    held = (roles.c.organization_id == tx.organization_id, roles.c.user_id == user_id)
    living = or_(roles.c.ends_at.is_(None), roles.c.ends_at > tx.now)
    await tx.execute(update(roles).where(*held, living).values(ends_at=tx.now))
    keys = (api_keys.c.organization_id == tx.organization_id, api_keys.c.user_id == user_id)
    revoked = await tx.execute(update(api_keys).where(*keys, api_keys.c.revoked_at.is_(None)).values(revoked_at=tx.now))
    return revoked.rowcount


async def _end_absences(tx: Transaction, user_id: str) -> None:
    """What was moved while they were away stays with their colleagues: nobody is there to take it back."""
    await tx.execute(
        update(absences)
        .where(
            absences.c.organization_id == tx.organization_id,
            absences.c.user_id == user_id,
            absences.c.state == AbsenceState.OPEN.value,
        )
        .values(state=AbsenceState.ENDED.value, ended_at=tx.now, version=absences.c.version + 1)
    )
