"""A person asks for credits of their team's pool: small amounts come at once, larger ones wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import func, insert, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.allocation.texts import check_amount, reason_words
from core.approvals.request import Asked, Request, ask
from core.approvals.states import Subject
from core.directory.policies import pool_policy
from core.directory.tree import Node
from core.ledger.accounts import NEVER, Kind, account_id
from core.ledger.books import PostingKind
from core.ledger.locking import Locked, lock
from core.ledger.moving import Move
from core.ledger.reserving import SetAside, add_reservation
from core.policy.draw_rules import DrawFacts, weigh_draw
from core.policy.periods import day_of, start_of
from core.policy.pool import PoolPolicy
from core.pools.events import DrawCompleted, DrawRequested
from core.pools.states import DEADLINES, TIERS, DrawState
from core.pools.teams import Drawer, locked_drawer, team_of
from core.refusals import first_refusal
from core.spending.allowances import Allowance, SetLimit, allowance_on, open_allowance, room_left
from core.storage.audit_types import Happened
from core.storage.tables import draws
from core.storage.transaction import Actor, AuditNote, Place, Transaction, words_about


@dataclass(frozen=True, slots=True)
class DrawAsked:
    """The receipt. `available` is what the person has of their own now, `left` what they may still draw this month.

    While `state` is pending, `approvers` (handles) may decide until `expires_at`.
    """

    draw_id: str
    team: str
    amount: int
    state: DrawState
    available: int
    left: int
    approval_id: str | None = None
    approvers: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked, by whom, of which pool, against which allowance."""

    id: str
    amount: int
    reason: str
    drawer: Drawer
    team: Node
    allowance: Allowance

    @property
    def pool(self) -> str:
        return account_id(Kind.POOL, self.team.id)

    @property
    def own(self) -> str:
        return account_id(Kind.PERSONAL, self.drawer.id)

    @property
    def accounts(self) -> tuple[str, ...]:
        return (self.pool, self.own, self.allowance.source, self.allowance.account)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraw:
    """From the pool of the team where the actor is at home to their own credits; what is drawn keeps its dates."""

    needs: ClassVar[str] = Permission.SEND
    id: str
    organization_id: str
    actor: Actor
    amount: int
    reason: str = ""

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> DrawAsked:
        """Refuses without a team, for want of an approver, then by `core.policy.draw_rules` in their order."""
        check_amount(self.amount)
        reason_words(self.reason)
        drawer = await locked_drawer(tx, self.actor.id)
        team = await team_of(tx, drawer)
        policy = await pool_policy(tx.connection, tx.organization_id, team_id=team.id)
        allowance = allowance_on(team.id, drawer.id, day=tx.today)
        wish = _Wish(tx.new_id("drw"), self.amount, self.reason.strip(), drawer, team, allowance)
        asked = await ask(tx, _put(wish)) if policy.must_say_why(self.amount) and wish.reason else None
        made = await requests_in(tx, drawer.id, month=allowance.month)
        await open_allowance(tx, allowance)
        locked = await lock(tx, wish.accounts)
        monthly = policy.monthly_limit(is_junior=drawer.is_junior)
        SetLimit(allowance, monthly).apply(locked.books, locked.entry)
        first_refusal(weigh_draw(policy, _facts(locked, wish, policy=policy, made=made)))
        if asked is not None and asked.agreed is None:
            return await _wait(locked, wish, asked=asked)
        return await _pay(locked, wish, asked=asked)


def _put(wish: _Wish) -> Request:
    """What is put to the approvers."""
    return Request(
        subject=Subject.DRAW,
        subject_id=wish.id,
        requester_id=wish.drawer.id,
        gainers=frozenset({wish.drawer.id}),
        amount=wish.amount,
        reason=wish.reason,
        place=wish.team.place,
        tiers=TIERS,
        deadlines=DEADLINES,
    )


def _facts(locked: Locked, wish: _Wish, *, policy: PoolPolicy, made: int) -> DrawFacts:
    tx, allowance = locked.tx, wish.allowance
    monthly = policy.monthly_limit(is_junior=wish.drawer.is_junior)
    account, source = locked.account(allowance.account), locked.account(allowance.source)
    return DrawFacts(
        amount=wish.amount,
        has_reason=bool(wish.reason),
        is_junior=wish.drawer.is_junior,
        asked=made,
        room=room_left(account, source, monthly=monthly, today=tx.today),
        free=locked.account(wish.pool).free_on(tx.today),
        month_ends=start_of(allowance.next_month, tx.zone),
    )


async def requests_in(tx: Transaction, user_id: str, *, month: date) -> int:
    """How often somebody has asked in a month, whatever became of it; what they took back does not count."""
    found = await tx.execute(
        select(func.count()).where(
            draws.c.organization_id == tx.organization_id,
            draws.c.requester_id == user_id,
            draws.c.month == month,
            draws.c.state != DrawState.CANCELLED.value,
        )
    )
    return int(found.scalar_one())


async def _wait(locked: Locked, wish: _Wish, *, asked: Asked) -> DrawAsked:
    tx, allowance = locked.tx, wish.allowance
    lasts_to = day_of(asked.expires_at, tx.zone)
    pieces = SetAside(wish.pool, wish.amount, lasts_to).apply(locked.books, locked.entry)
    counted = SetAside(allowance.account, wish.amount, NEVER).apply(locked.books, locked.entry)
    # Nothing below may refuse.
    await locked.write()
    held = await add_reservation(locked, pieces, account=wish.pool)
    room = await add_reservation(locked, counted, account=allowance.account)
    receipt = DrawAsked(
        wish.id,
        wish.team.name,
        wish.amount,
        DrawState.PENDING,
        locked.account(wish.own).free_on(tx.today),
        locked.account(allowance.account).free_on(tx.today),
        asked.approval_id,
        tuple(approver.handle for approver in asked.approvers),
        asked.expires_at,
    )
    await _add_row(tx, wish, receipt=receipt, reservation_id=held.id, allowance_reservation_id=room.id)
    tx.emit(
        DrawRequested(
            draw_id=wish.id,
            approval_id=asked.approval_id,
            team_id=wish.team.id,
            requester_id=wish.drawer.id,
            amount=wish.amount,
            reason=wish.reason,
            expires_at=asked.expires_at,
        )
    )
    place, facts = await _noted(tx, wish, approval_id=asked.approval_id)
    tx.record(AuditNote(Happened.DRAW_REQUESTED, place, **facts))
    return receipt


async def _pay(locked: Locked, wish: _Wish, *, asked: Asked | None) -> DrawAsked:
    tx, allowance = locked.tx, wish.allowance
    Move(wish.pool, wish.own, wish.amount, PostingKind.DRAW).apply(locked.books, locked.entry)
    Move(allowance.account, allowance.used, wish.amount, PostingKind.DRAW).apply(locked.books, locked.entry)
    # Nothing below may refuse.
    await locked.write()
    receipt = DrawAsked(
        wish.id,
        wish.team.name,
        wish.amount,
        DrawState.COMPLETED,
        locked.account(wish.own).free_on(tx.today),
        locked.account(allowance.account).free_on(tx.today),
        asked.approval_id if asked else None,
    )
    await _add_row(tx, wish, receipt=receipt, operation_id=locked.entry.operation_id)
    agreed = asked.agreed if asked else None
    tx.emit(
        DrawCompleted(
            draw_id=wish.id,
            team_id=wish.team.id,
            requester_id=wish.drawer.id,
            amount=wish.amount,
            available=locked.account(wish.pool).free_on(tx.today),
            asked=wish.amount,
            reason=wish.reason,
            decided_by=agreed.user_id if agreed else None,
            on_behalf_of=agreed.on_behalf_of if agreed else None,
        )
    )
    place, facts = await _noted(tx, wish, approval_id=receipt.approval_id)
    tx.record(AuditNote(Happened.DRAW_COMPLETED, place, **facts))
    return receipt


async def _add_row(tx: Transaction, wish: _Wish, *, receipt: DrawAsked, **links: str) -> None:
    is_paid = receipt.state is DrawState.COMPLETED
    row: dict[str, Any] = {
        "organization_id": tx.organization_id,
        "id": wish.id,
        "team_id": wish.team.id,
        "requester_id": wish.drawer.id,
        "month": wish.allowance.month,
        "asked": wish.amount,
        "amount": wish.amount if is_paid else 0,
        "reason": wish.reason,
        "state": receipt.state.value,
        "asked_at": tx.now,
        "ended_at": tx.now if is_paid else None,
        "approval_id": receipt.approval_id,
    }
    await tx.execute(insert(draws).values(row | links))


async def _noted(tx: Transaction, wish: _Wish, *, approval_id: str | None) -> tuple[Place, dict[str, Any]]:
    """Where it happened, and the facts of its audit event."""
    details = {"from": wish.pool, "to": wish.drawer.id}
    return await user_place(tx, wish.drawer.id), {
        "subject_id": wish.id,
        "amount": wish.amount,
        "details": details if approval_id is None else details | {"approval": approval_id},
        "words": words_about(wish.drawer.id, reason=wish.reason),
    }
