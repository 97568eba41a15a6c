"""An organization says by which ways its people hear of what, unless they choose for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.notify.choices import Wanted, choices_of, choose, read_wanted
from core.notify.news import USUAL, kept
from core.storage.audit_types import Happened
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class NoticeDefaultsChanged:
    """The receipt: what counts now, by kind of news, for everything that was named."""

    notices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNoticeDefaults:
    """Kind of news → ways; None for the usual ones. What people have chosen for themselves stays."""

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION
    id: str
    organization_id: str
    actor: Actor
    notices: Wanted

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> NoticeDefaultsChanged:
        """Refuses names that are none."""
        wanted = read_wanted(self.notices)
        before = await choices_of(tx.connection, tx.organization_id, people=())
        # Nothing below may refuse.
        await choose(tx, tx.organization_id, wanted=wanted)
        after = {news.value: kept(news, USUAL) if ways is None else ways for news, ways in wanted.items()}
        details = {"before": {news.value: before.default(news) for news in wanted}, "after": after}
        tx.record(
            AuditNote(
                Happened.SETTINGS_DEFAULTS_CHANGED,
                organization_place(tx),
                subject_id=tx.organization_id,
                details=details,
            )
        )
        return NoticeDefaultsChanged(after)
