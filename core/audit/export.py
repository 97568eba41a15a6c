"""Taking the trail out: asked for once, which is logged, then read page by page by whoever asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from pydantic import TypeAdapter
from sqlalchemy import func, select

from core.access.matrix import Permission
from core.access.places import organization_place
from core.audit.filters import AuditLine, Wanted, beyond, cursor_of, lines, scopes_of, sight, wrong
from core.audit.query import AuditPage
from core.storage.audit_types import Happened
from core.storage.tables import audit_events
from core.storage.transaction import Actor, AuditNote, Place, Transaction

PAGE: Final = 500
OPEN_FOR: Final = timedelta(hours=1)
"""How long an export may be read; then it is asked for again, and logged again."""

_WANTED: Final = TypeAdapter(Wanted)


@dataclass(frozen=True, slots=True)
class ExportOpened:
    """The receipt: how many events there were, and until when they may be read under `export_id`."""

    export_id: str
    events: int
    readable_until: datetime


@dataclass(frozen=True, kw_only=True)
class ExportAudit:
    """Ask for everything of a kind that this actor may see, as it is now."""

    id: str
    organization_id: str
    actor: Actor
    wanted: Wanted

    needs: ClassVar[str] = Permission.SEE_AUDIT

    async def place(self, tx: Transaction) -> Place:
        """Everybody may read of their own affairs; what else they see follows from their roles."""
        return Place((tx.organization_id,), tx.actor.id)

    async def execute(self, tx: Transaction) -> ExportOpened:
        """Refuses a filter that is malformed."""
        self.wanted.check()
        may_see = sight(tx, await scopes_of(tx))
        count = await tx.execute(
            select(func.count())
            .select_from(audit_events)
            .where(audit_events.c.organization_id == tx.organization_id, may_see, *self.wanted.conditions())
        )
        events = count.scalar_one()
        # Nothing below may refuse.
        details = {"asked": self.wanted.asked(), "found": events}
        tx.record(AuditNote(Happened.AUDIT_EXPORTED, organization_place(tx), details=details))
        return ExportOpened(self.id, events, tx.now + OPEN_FOR)


@dataclass(frozen=True, kw_only=True)
class ReadExport:
    """The next page of an export that this actor has asked for; what it holds is what was logged then."""

    organization_id: str
    actor: Actor
    export_id: str
    cursor: str | None = None

    needs: ClassVar[str] = Permission.SEE_AUDIT

    async def place(self, tx: Transaction) -> Place:
        """Everybody may read of their own affairs; what else they see follows from their roles."""
        return Place((tx.organization_id,), tx.actor.id)

    async def answer(self, tx: Transaction) -> AuditPage:
        """Oldest first. Refuses an export that is not this actor's, or too old."""
        asked_at, wanted = await self._logged(tx)
        column, scopes = audit_events.c, await scopes_of(tx)
        after = [] if self.cursor is None else [beyond(self.cursor, newest_first=False)]
        found = await tx.execute(
            select(audit_events)
            .where(column.organization_id == tx.organization_id, column.at <= asked_at, sight(tx, scopes))
            .where(*wanted.conditions(), *after)
            .order_by(column.at, column.id)
            .limit(PAGE)
        )
        events: tuple[AuditLine, ...] = await lines(tx, list(found.all()), scopes=scopes)
        return AuditPage(events, cursor_of(events[-1]) if len(events) == PAGE else None)

    async def _logged(self, tx: Transaction) -> tuple[datetime, Wanted]:
        column = audit_events.c
        found = await tx.execute(
            select(column.at, column.details).where(
                column.organization_id == tx.organization_id,
                column.type == Happened.AUDIT_EXPORTED.value,
                column.actor_id == tx.actor.id,
                column.request_id == self.export_id,
                column.at > tx.now - OPEN_FOR,
            )
        )
        row: Any = found.one_or_none()
        if row is None:
            raise wrong("export_id", "nothing was asked for under it within the last hour")
        return row.at, _WANTED.validate_python(row.details["asked"])
