"""An organization says what it does with chat statuses, and which of them mean that somebody is away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.access.matrix import Permission
from core.access.places import organization_place
from core.ooo.chat_statuses import rules_of
from core.ooo.status_rules import StatusRules, clean_emoji, clean_words, read_sync
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import status_rules
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class StatusSyncChanged:
    """The receipt: what counts now."""

    sync: str
    words: tuple[str, ...]
    emoji: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatusSync:
    """`sync` is `off`, `suggest` or `set`. None leaves something as it is; empty words mean the built-in ones."""

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION
    id: str
    organization_id: str
    actor: Actor
    sync: str | None = None
    words: tuple[str, ...] | None = None
    emoji: tuple[str, ...] | None = None

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> StatusSyncChanged:
        """Refuses words that are empty, long or too many."""
        before = await rules_of(tx.connection, tx.organization_id)
        after = StatusRules(
            sync=before.sync if self.sync is None else read_sync(self.sync),
            words=before.words if self.words is None else clean_words(self.words) or StatusRules().words,
            emoji=before.emoji if self.emoji is None else clean_emoji(self.emoji) or StatusRules().emoji,
        )
        # Nothing below may refuse.
        await _keep(tx, after)
        details = {"before": _told(before), "after": _told(after)}
        tx.record(
            AuditNote(
                Happened.STATUS_SYNC_CHANGED, organization_place(tx), subject_id=tx.organization_id, details=details
            )
        )
        return StatusSyncChanged(after.sync.value, after.words, after.emoji)


def _told(rules: StatusRules) -> dict[str, Any]:
    return {"sync": rules.sync.value, "words": list(rules.words), "emoji": list(rules.emoji)}


async def _keep(tx: Transaction, rules: StatusRules) -> None:
    """The built-in words are not written down, so that they can grow."""
    usual = StatusRules()
    values = {
        "sync": rules.sync.value,
        "words": None if rules.words == usual.words else list(rules.words),
        "emoji": None if rules.emoji == usual.emoji else list(rules.emoji),
    }
    insert = insert_into(tx.connection, status_rules)
    await tx.execute(
        insert.values(organization_id=tx.organization_id, **values).on_conflict_do_update(
            index_elements=["organization_id"], set_=values
        )
    )
