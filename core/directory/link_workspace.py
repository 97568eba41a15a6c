"""A Slack workspace or Teams tenant becomes an organization's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.platforms import Platform
from core.directory.texts import clean_external
from core.directory.tree import gate
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import chat_workspaces
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class WorkspaceLinked:
    """The receipt. `was_linked`: nothing had to be changed."""

    platform: str
    workspace_id: str
    was_linked: bool


@dataclass(frozen=True, kw_only=True)
class LinkWorkspace:
    """A workspace belongs to one organization; an organization may have several."""

    id: str
    organization_id: str
    actor: Actor
    platform: Platform
    workspace_id: str

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> WorkspaceLinked:
        """Refuses another organization's workspace."""
        workspace_id = clean_external(self.workspace_id, field="workspace_id")
        await gate(tx)
        workspace = {"platform": self.platform.value, "workspace_id": workspace_id}
        was_linked = await is_own(tx, workspace)
        # Nothing below may refuse.
        if not was_linked:
            await tx.execute(insert(chat_workspaces).values(organization_id=tx.organization_id, **workspace))
        tx.record(
            AuditNote(
                Happened.WORKSPACE_LINKED,
                organization_place(tx),
                subject_id=tx.organization_id,
                details={**workspace, "was_linked": was_linked},
            )
        )
        return WorkspaceLinked(self.platform.value, workspace_id, was_linked)


async def is_own(tx: Transaction, workspace: Mapping[str, str]) -> bool:
    """Whether a workspace (`platform`, `workspace_id`) is linked already. Refuses another organization's."""
    found = await tx.execute(select(chat_workspaces.c.organization_id).filter_by(**workspace))
    owner = found.scalar_one_or_none()
    if owner not in {None, tx.organization_id}:
        raise Refused(refuse(Because.NAME_TAKEN, field="workspace_id"))
    return owner is not None
