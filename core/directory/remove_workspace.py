"""The chat app has left a workspace: its tokens, its link, who was who and what was said there are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.platforms import Platform
from core.directory.tree import gate
from core.storage.audit_types import Happened
from core.storage.tables import (
    backlog,
    chat_identities,
    chat_installs,
    chat_workspaces,
    message_copies,
    team_channels,
)
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class WorkspaceRemoved:
    """The receipt. `is_gone` is false when the app had come back before it was told; then nothing was forgotten."""

    platform: str
    workspace_id: str
    is_gone: bool
    people: int


@dataclass(frozen=True, kw_only=True)
class RemoveWorkspace:
    """The platform says that the app was uninstalled, or its token revoked, at `happened_at` (wall clock)."""

    id: str
    organization_id: str
    actor: Actor
    platform: Platform
    workspace_id: str
    happened_at: datetime

    needs: ClassVar[str] = Permission.RUN_JOBS

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> WorkspaceRemoved:
        """Never refuses. Balances, history and the audit trail stay: they are the organization's."""
        row = {
            "organization_id": tx.organization_id,
            "platform": self.platform.value,
            "workspace_id": self.workspace_id,
        }
        await gate(tx)
        installed_at = (await tx.execute(select(chat_installs.c.installed_at).filter_by(**row))).scalar_one_or_none()
        # The platform counts whole seconds, and what it says of the past may arrive after a new install.
        is_gone = installed_at is None or installed_at.replace(microsecond=0) <= self.happened_at
        people = 0
        if is_gone:
            people = (await tx.execute(delete(chat_identities).filter_by(**row))).rowcount
            for table in (backlog, message_copies, team_channels, chat_installs, chat_workspaces):
                await tx.execute(delete(table).filter_by(**row))
        tx.record(
            AuditNote(
                Happened.WORKSPACE_REMOVED,
                organization_place(tx),
                subject_id=tx.organization_id,
                details={
                    "platform": self.platform.value,
                    "workspace_id": self.workspace_id,
                    "is_gone": is_gone,
                    "people": people,
                },
            )
        )
        return WorkspaceRemoved(self.platform.value, self.workspace_id, is_gone, people)
