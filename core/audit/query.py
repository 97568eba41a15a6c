"""Reading the audit trail: a command, because reading is itself logged. Readers see only their own scope."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, true

from core.access.check import carries, roles_of
from core.access.matrix import MATRIX, Permission, Reach
from core.access.places import organization_place
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import audit_events, audit_texts
from core.storage.transaction import Actor, ActorKind, AuditNote, Place, Transaction

MOST: Final = 100
"""Events of one page; the receipt is stored."""

Details = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event. `words` is what is readable of it; a person's erasure takes it away and leaves the event."""

    id: str
    at: datetime
    type: str
    actor_kind: str
    actor_id: str
    on_behalf_of: str | None
    scope: tuple[str, ...]
    subject_id: str | None
    amount: int | None
    details: Details
    words: dict[str, str]
    request_id: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The receipt: newest first; `cursor` gets the next page, None at the end."""

    events: tuple[AuditLine, ...]
    cursor: str | None


@dataclass(frozen=True, kw_only=True)
class QueryAudit:
    """What happened in [since, until), by whom, of which types, to whom, of which amounts."""

    id: str
    organization_id: str
    actor: Actor
    since: datetime | None = None
    until: datetime | None = None
    actor_id: str | None = None
    types: tuple[str, ...] = ()
    subject_id: str | None = None
    least: int | None = None
    most: int | None = None
    limit: int = 50
    cursor: str | None = None

    needs: ClassVar[str] = Permission.SEE_AUDIT

    async def place(self, tx: Transaction) -> Place:
        """Everybody may read of their own affairs; what else they see follows from their roles."""
        return Place((tx.organization_id,), tx.actor.id)

    async def execute(self, tx: Transaction) -> AuditPage:
        """Refuses a filter that cannot match anything because it is malformed."""
        self._check()
        wanted = self._filter(await _sight(tx))
        rows = (await tx.execute(wanted.limit(self.limit + 1))).all()
        page = rows[: self.limit]
        words = await _words(tx, [row.id for row in page])
        events = tuple(_line(row, words=words.get(row.id, {})) for row in page)
        # Nothing below may refuse.
        tx.record(AuditNote(Happened.AUDIT_READ, organization_place(tx), details=self._asked(len(events))))
        return AuditPage(events, _cursor(page[-1]) if len(rows) > self.limit else None)

    def _check(self) -> None:
        unknown = sorted(set(self.types) - {item.value for item in Happened})
        if unknown:
            raise _wrong("types", f"there is no {unknown[0][:64]}")
        if not 0 < self.limit <= MOST:
            raise _wrong("limit", f"it should be 1 to {MOST}")
        for field in ("since", "until"):
            moment = getattr(self, field)
            if moment is not None and moment.utcoffset() is None:
                raise _wrong(field, "it should say its time zone")

    def _filter(self, sight: ColumnElement[bool]) -> Select[Any]:
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
        if self.types:
            chosen.append(column.type.in_(self.types))
        if self.cursor is not None:
            chosen.append(_after(self.cursor))
        return (
            select(audit_events)
            .where(column.organization_id == self.organization_id, sight, *chosen)
            .order_by(column.at.desc(), column.id.desc())
        )

    def _asked(self, found: int) -> Mapping[str, Any]:
        fields = ("since", "until", "actor_id", "types", "subject_id", "least", "most", "cursor")
        given = {field: getattr(self, field) for field in fields}
        return {"asked": {field: value for field, value in given.items() if value not in {None, ()}}, "found": found}


async def _sight(tx: Transaction) -> ColumnElement[bool]:
    """Which events this actor may see."""
    held = await roles_of(tx) if tx.actor.kind is ActorKind.USER else []
    if carries(held, needs=Permission.SEE_AUDIT, place=organization_place(tx), actor=tx.actor):
        return true()
    column = audit_events.c
    own = [column.actor_id == tx.actor.id, column.subject_id == tx.actor.id, column.on_behalf_of == tx.actor.id]
    scopes = {scope for role, scope in held if MATRIX[Permission.SEE_AUDIT].get(role) is Reach.SCOPE}
    # An event's scope is where it happened, as the tree was then: `org_…/dep_…/team_…/`.
    below = [column.scope.contains(f"/{scope}/", autoescape=True) for scope in sorted(scopes)]
    return or_(*own, *below)


async def _words(tx: Transaction, events: list[str]) -> dict[str, dict[str, str]]:
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
        on_behalf_of=row.on_behalf_of,
        scope=tuple(row.scope.rstrip("/").split("/")),
        subject_id=row.subject_id,
        amount=row.amount,
        details=row.details,
        words=words,
        request_id=row.request_id,
    )


def _cursor(row: Row[Any]) -> str:
    return f"{row.at.astimezone(UTC).isoformat()}|{row.id}"


def _after(cursor: str) -> ColumnElement[bool]:
    moment, bar, event_id = cursor.partition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise _wrong("cursor", "it should come from the page before") from None
    if not bar or at.utcoffset() is None:
        raise _wrong("cursor", "it should come from the page before")
    column = audit_events.c
    return or_(column.at < at, and_(column.at == at, column.id < event_id))


def _wrong(field: str, why: str) -> Refused:
    return Refused(refuse(Because.BAD_VALUE, field=field, why=why))
