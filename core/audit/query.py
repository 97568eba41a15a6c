"""Reading the audit trail: a command, because reading is itself logged. Readers see only their own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import organization_place
from core.audit.filters import AuditLine, Wanted, beyond, cursor_of, lines, scopes_of, sight, wrong
from core.storage.audit_types import Happened
from core.storage.tables import audit_events
from core.storage.transaction import Actor, AuditNote, Place, Transaction

MOST: Final = 100
"""Events of one page; the receipt is stored."""


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
        wanted = self._wanted()
        wanted.check()
        if not 0 < self.limit <= MOST:
            raise wrong("limit", f"it should be 1 to {MOST}")
        column, scopes = audit_events.c, await scopes_of(tx)
        after = [] if self.cursor is None else [beyond(self.cursor, newest_first=True)]
        found = await tx.execute(
            select(audit_events)
            .where(column.organization_id == self.organization_id, sight(tx, scopes), *wanted.conditions(), *after)
            .order_by(column.at.desc(), column.id.desc())
            .limit(self.limit + 1)
        )
        rows = list(found.all())
        page = rows[: self.limit]
        events = await lines(tx, page, scopes=scopes)
        # Nothing below may refuse.
        asked = wanted.asked() | ({"cursor": self.cursor} if self.cursor else {})
        details = {"asked": asked, "found": len(events)}
        tx.record(AuditNote(Happened.AUDIT_READ, organization_place(tx), details=details))
        return AuditPage(events, cursor_of(page[-1]) if len(rows) > self.limit else None)

    def _wanted(self) -> Wanted:
        return Wanted(
            since=self.since,
            until=self.until,
            actor_id=self.actor_id,
            types=self.types,
            subject_id=self.subject_id,
            least=self.least,
            most=self.most,
        )
