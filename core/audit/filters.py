"""Which events of the trail somebody asks for, and which of them they may see."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, or_, select, true

from core.access.check import carries, roles_of
from core.access.matrix import MATRIX, Permission, Reach
from core.access.places import organization_place
from core.ledger.accounts import MAX_CREDITS
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import audit_events, audit_texts
from core.storage.transaction import ActorKind, Origin, Transaction

CAME_FROM: Final = frozenset(field.name for field in fields(Origin))
"""Texts that say where somebody spoke from."""

Scopes = frozenset[str] | None
"""The places below which somebody's roles show them what happened; None for everywhere."""

Details = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event. `words` is what is readable of it; a person's erasure takes it away and leaves the event."""

    id: str
    at: datetime
    type: str
    actor_kind: str
    actor_id: str
    actor_roles: tuple[str, ...]
    on_behalf_of: str | None
    scope: tuple[str, ...]
    subject_id: str | None
    amount: int | None
    details: Details
    words: dict[str, str]
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What happened in [since, until), by whom, of which types, to whom, of which amounts."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: str | None = None
    types: tuple[str, ...] = ()
    subject_id: str | None = None
    least: int | None = None
    most: int | None = None

    def check(self) -> None:
        """Raise Refused for a filter that cannot match anything because it is malformed."""
        unknown = sorted(set(self.types) - {item.value for item in Happened})
        if unknown:
            raise wrong("types", f"there is no {unknown[0][:64]}")
        for field in ("since", "until"):
            moment = getattr(self, field)
            if moment is not None and moment.utcoffset() is None:
                raise wrong(field, "it should say its time zone")
        for field in ("least", "most"):
            if abs(getattr(self, field) or 0) > MAX_CREDITS:
                raise wrong(field, "it should be a number of credits that somebody can have")

    def conditions(self) -> list[ColumnElement[bool]]:
        """What an event must be like."""
        column = audit_events.c
        asked = (
            (column.at, operator.ge, self.since),
            (column.at, operator.lt, self.until),
            (column.actor_id, operator.eq, self.actor_id),
            (column.subject_id, operator.eq, self.subject_id),
            (column.amount, operator.ge, self.least),
            (column.amount, operator.le, self.most),
        )
        chosen = [compare(field, wanted) for field, compare, wanted in asked if wanted is not None]
        return [*chosen, column.type.in_(self.types)] if self.types else chosen

    def asked(self) -> dict[str, Any]:
        """What was filled in."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return {field: value for field, value in given.items() if value not in {None, ()}}


async def scopes_of(tx: Transaction) -> Scopes:
    """Below which places this actor's roles show them what happened; None where that is everywhere."""
    held = await roles_of(tx) if tx.actor.kind is ActorKind.USER else []
    if carries(held, needs=Permission.SEE_AUDIT, place=organization_place(tx), actor=tx.actor):
        return None
    return frozenset(scope for role, scope in held if MATRIX[Permission.SEE_AUDIT].get(role) is Reach.SCOPE)


def sight(tx: Transaction, scopes: Scopes) -> ColumnElement[bool]:
    """Which events this actor may see."""
    if scopes is None:
        return true()
    column = audit_events.c
    own = [column.actor_id == tx.actor.id, column.subject_id == tx.actor.id, column.on_behalf_of == tx.actor.id]
    # An event's scope is where it happened, as the tree was then: `org_…/dep_…/team_…/`.
    below = [column.scope.contains(f"/{scope}/", autoescape=True) for scope in sorted(scopes)]
    return or_(*own, *below)


async def lines(tx: Transaction, rows: list[Row[Any]], *, scopes: Scopes) -> tuple[AuditLine, ...]:
    """The rows with the words that are left of them.

    Where somebody spoke from is read by themselves and by whose role shows them the event, by no recipient.
    """
    words = await _words(tx, [row.id for row in rows])

    def readable(row: Row[Any]) -> dict[str, str]:
        by_role = scopes is None or any(f"/{scope}/" in row.scope for scope in scopes)
        hidden = frozenset() if by_role or row.actor_id == tx.actor.id else CAME_FROM
        return {field: text for field, text in words.get(row.id, {}).items() if field not in hidden}

    return tuple(_line(row, words=readable(row)) for row in rows)


def cursor_of(row: Row[Any] | AuditLine) -> str:
    """Where a page that ends here goes on."""
    return f"{row.at.astimezone(UTC).isoformat()}|{row.id}"


def beyond(cursor: str, *, newest_first: bool) -> ColumnElement[bool]:
    """The events behind a cursor. Raises Refused."""
    moment, bar, event_id = cursor.partition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise wrong("cursor", "it should come from the page before") from None
    if not bar or at.utcoffset() is None:
        raise wrong("cursor", "it should come from the page before")
    column = audit_events.c
    if newest_first:
        return or_(column.at < at, and_(column.at == at, column.id < event_id))
    return or_(column.at > at, and_(column.at == at, column.id > event_id))


def wrong(field: str, why: str) -> Refused:
    """The refusal of one filter."""
    return Refused(refuse(Because.BAD_VALUE, field=field, why=why))


async def _words(tx: Transaction, events: list[str]) -> Mapping[str, dict[str, str]]:
    rows = await tx.execute(
        select(audit_texts.c.event_id, audit_texts.c.field, audit_texts.c.text).where(
            audit_texts.c.organization_id == tx.organization_id, audit_texts.c.event_id.in_(events)
        )
    )
    words: dict[str, dict[str, str]] = {}
    for row in rows:
        words.setdefault(row.event_id, {})[row.field] = row.text
    return words


def _line(row: Row[Any], *, words: dict[str, str]) -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        type=row.type,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_roles=tuple((row.actor_roles or "").split()),
        on_behalf_of=row.on_behalf_of,
        scope=tuple(row.scope.rstrip("/").split("/")),
        subject_id=row.subject_id,
        amount=row.amount,
        details=row.details,
        words=words,
        request_id=row.request_id,
    )
