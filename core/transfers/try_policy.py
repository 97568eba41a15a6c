"""A dry run: what transfers that were asked for would have met under a policy that is not applied.

Looked at are the amounts, the days and the roles that people hold now; not circles, nor what was only given back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import Row, select

from core.access.check import roles_of
from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.policies import standing_documents
from core.directory.tree import home
from core.policy.documents import Document, PolicyKind, effective, problems_of, split
from core.policy.periods import day_of, start_of
from core.policy.transfer_policy import TransferPolicy
from core.policy.transfer_rules import RecipientFacts, SendFacts, needs_approval, weigh
from core.policy.yaml_reading import Problem, Unusable
from core.refusals import Because, Refusal, Refused, refuse
from core.storage.tables import nodes, transfers, users
from core.storage.transaction import Actor, Place, Transaction
from core.transfers.states import TransferState

_COUNTS: Final = frozenset({TransferState.PENDING.value, TransferState.COMPLETED.value})


@dataclass(frozen=True, slots=True)
class Met:
    """A transfer that would have been refused, or had to wait. `because` is the code of the reason."""

    group_id: str
    at: datetime
    sender: str
    recipients: int
    total: int
    because: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """How many transfers were looked at, and those that would not have gone through."""

    looked_at: int
    met: tuple[Met, ...]


@dataclass(slots=True)
class _Days:
    """What was sent and received so far, by person and day."""

    sent: Counter[tuple[str, date]] = field(default_factory=Counter)
    received: Counter[tuple[str, date]] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class TryPolicy:
    """`text` as ApplyPolicy takes it; its transfer policy is tried on what was asked for from `since` on."""

    organization_id: str
    actor: Actor
    scope_id: str
    text: str
    since: datetime

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def answer(self, tx: Transaction) -> DryRun:
        """Refuses a text that could not be applied there, or that has no transfer policy."""
        document = self._document()
        scope = await home(tx, self.scope_id)
        standing = await standing_documents(tx.connection, tx.organization_id, kind=PolicyKind.TRANSFER)
        values = {one.scope_id: one.layer.values for one in standing} | {scope.id: document.values}
        above = [values[node] for node in scope.path[:-1] if node in values]
        problems = problems_of(document, above=above)
        if problems:
            raise _wrong(problems[0])
        days, met, looked_at = _Days(), [], 0
        for group in await self._groups(tx):
            path = group[0].path.rstrip("/").split("/")
            if group[0].asked_at >= self.since and scope.id in path:
                policy = effective(PolicyKind.TRANSFER, [values[node] for node in path if node in values])
                refusal = await self._weighed(tx, group, days=days, policy=policy)
                met += [_met(group, refusal)] if refusal else []
                looked_at += 1
            _count(tx, group, days=days)
        return DryRun(looked_at, tuple(met))

    def _document(self) -> Document:
        try:
            found = [one for one in split(self.text) if one.kind is PolicyKind.TRANSFER]
        except Unusable as error:
            raise _wrong(error.problems[0]) from None
        if not found:
            raise _wrong(Problem(1, "text", "has no transfer_policy, and only that can be tried on the past"))
        return found[0]

    async def _groups(self, tx: Transaction) -> list[list[Row[Any]]]:
        """What was sent at once, in the order of asking, from the beginning of the first day on."""
        begins = start_of(day_of(self.since, tx.zone), tx.zone)
        at_home = (nodes.c.organization_id == users.c.organization_id) & (nodes.c.id == users.c.home_id)
        sender = (users.c.organization_id == transfers.c.organization_id) & (users.c.id == transfers.c.sender_id)
        found = await tx.execute(
            select(transfers, users.c.handle, nodes.c.path)
            .join(users, sender)
            .join(nodes, at_home)
            .where(transfers.c.organization_id == tx.organization_id, transfers.c.asked_at >= begins)
            .order_by(transfers.c.asked_at, transfers.c.group_id, transfers.c.id)
        )
        groups: dict[str, list[Row[Any]]] = {}
        for row in found:
            groups.setdefault(row.group_id, []).append(row)
        return list(groups.values())

    async def _weighed(
        self, tx: Transaction, group: Sequence[Row[Any]], *, days: _Days, policy: TransferPolicy
    ) -> Refusal | None:
        first = group[0]
        day = day_of(first.asked_at, tx.zone)
        facts = SendFacts(
            sender_id=first.sender_id,
            sender_is_active=True,
            sender_roles=frozenset(role.value for role, _ in await roles_of(tx, first.sender_id)),
            recipients=tuple(
                RecipientFacts(
                    user_id=row.recipient_id,
                    is_known=True,
                    is_active=True,
                    received_today=days.received[row.recipient_id, day],
                )
                for row in group
            ),
            amount=first.amount,
            sent_today=days.sent[first.sender_id, day],
            day_ends=start_of(day + timedelta(days=1), tx.zone),
            time_zone=tx.zone.key,
        )
        if needs_approval(policy, facts):
            return weigh(policy, facts) or refuse(Because.NEEDS_APPROVAL)
        return weigh(policy, facts)


def _count(tx: Transaction, group: Sequence[Row[Any]], *, days: _Days) -> None:
    for row in group:
        if row.state in _COUNTS:
            days.sent[row.sender_id, day_of(row.asked_at, tx.zone)] += row.amount
        if row.state == TransferState.COMPLETED.value:
            days.received[row.recipient_id, day_of(row.completed_at, tx.zone)] += row.amount


def _met(group: Sequence[Row[Any]], refusal: Refusal) -> Met:
    first = group[0]
    total = sum(row.amount for row in group)
    return Met(first.group_id, first.asked_at, first.handle, len(group), total, refusal.because.value)


def _wrong(problem: Problem) -> Refused:
    return Refused(refuse(Because.WRONG_POLICY, line=problem.line, field=problem.field or "text", why=problem.why))
