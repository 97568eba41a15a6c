"""A person says by which ways they want to hear of what, and whether leaderboards may show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.access.places import user_place
from core.notify.choices import Wanted, choices_of, choose, read_wanted
from core.notify.leaderboards import Shown, read_shown
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import personal_settings
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The receipt: what counts now, by kind of news, for everything that was named."""

    notices: Mapping[str, tuple[str, ...]]
    leaderboard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOwnSettings:
    """The actor's own. `notices`: kind of news → ways, no way for "off", None for as the organization has it.

    None as `leaderboard` leaves it as it is.
    """

    needs: ClassVar[str] = Permission.OWN_SETTINGS
    id: str
    organization_id: str
    actor: Actor
    notices: Wanted = field(default_factory=dict)
    leaderboard: str | None = None

    async def place(self, tx: Transaction) -> Place:
        """The actor's own affair."""
        return await user_place(tx, self.actor.id)

    async def execute(self, tx: Transaction) -> SettingsChanged:
        """Refuses names that are none. What cannot be switched off keeps the inbox."""
        wanted = read_wanted(self.notices)
        shown = None if self.leaderboard is None else read_shown(self.leaderboard)
        before = await choices_of(tx.connection, tx.organization_id, people=(self.actor.id,))
        was_shown = await _shown(tx, self.actor.id)
        # Nothing below may refuse.
        await choose(tx, self.actor.id, wanted=wanted)
        if shown is not None:
            await _show(tx, self.actor.id, shown=shown)
        after = {news.value: ways for news, ways in wanted.items()}
        details: dict[str, Any] = {
            "before": {news.value: before.own(self.actor.id, news) for news in wanted},
            "after": after,
        }
        if shown is not None:
            details["leaderboard"] = {"before": was_shown.value, "after": shown.value}
        tx.record(AuditNote(Happened.SETTINGS_CHANGED, await self.place(tx), subject_id=self.actor.id, details=details))
        counts = {news.value: before.default(news) if ways is None else ways for news, ways in wanted.items()}
        return SettingsChanged(counts, None if shown is None else shown.value)


async def _shown(tx: Transaction, user_id: str) -> Shown:
    found = await tx.execute(
        select(personal_settings.c.leaderboard).where(
            personal_settings.c.organization_id == tx.organization_id, personal_settings.c.user_id == user_id
        )
    )
    word = found.scalar_one_or_none()
    return Shown.NO if word is None else Shown(word)


async def _show(tx: Transaction, user_id: str, *, shown: Shown) -> None:
    insert = insert_into(tx.connection, personal_settings)
    row = {"organization_id": tx.organization_id, "user_id": user_id, "leaderboard": shown.value}
    await tx.execute(
        insert.values(row).on_conflict_do_update(
            index_elements=["organization_id", "user_id"], set_={"leaderboard": shown.value}
        )
    )
