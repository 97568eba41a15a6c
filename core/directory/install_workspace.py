"""The chat app comes into a workspace, which becomes the organization's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, insert

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.link_workspace import is_own
from core.directory.platforms import Platform
from core.directory.texts import clean_external, clean_name
from core.directory.tree import gate
from core.storage.audit_types import Happened
from core.storage.tables import chat_installs, chat_workspaces
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class WorkspaceInstalled:
    """The receipt. `was_linked`: the workspace was this organization's already."""

    platform: str
    workspace_id: str
    was_linked: bool


@dataclass(frozen=True, slots=True)
class SealedTokens:
    """As core.directory.installs seals them. `refresh_token` and `expires_at` only where tokens are rotated."""

    token: str
    refresh_token: str | None
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class InstallWorkspace:
    """The platform has given the tokens to somebody who came by a link that `actor` made.

    `workspace_id` is the enterprise's where the install is organization-wide. `installed_at` is the wall clock's.
    """

    id: str
    organization_id: str
    actor: Actor
    platform: Platform
    workspace_id: str
    name: str
    is_org_wide: bool
    bot_user_id: str | None
    scopes: tuple[str, ...]
    tokens: SealedTokens
    installed_at: datetime

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> WorkspaceInstalled:
        """Refuses another organization's workspace. A second install takes the place of the first."""
        workspace_id = clean_external(self.workspace_id, field="workspace_id")
        name = clean_name(self.name, field="name")
        workspace = {"platform": self.platform.value, "workspace_id": workspace_id}
        await gate(tx)
        was_linked = await is_own(tx, workspace)
        # Nothing below may refuse.
        row = {"organization_id": tx.organization_id, **workspace}
        if not was_linked:
            await tx.execute(insert(chat_workspaces).values(**row))
        former = await tx.execute(delete(chat_installs).filter_by(**row).returning(chat_installs.c.generation))
        # Counted on, so that a renewal of the former tokens that is under way cannot be taken for one of these.
        generation = (former.scalar_one_or_none() or 0) + 1
        await tx.execute(insert(chat_installs).values(**row, **self._contents(name), generation=generation))
        tx.record(
            AuditNote(
                Happened.WORKSPACE_INSTALLED,
                organization_place(tx),
                subject_id=tx.organization_id,
                details={
                    **workspace,
                    "was_linked": was_linked,
                    "is_org_wide": self.is_org_wide,
                    "scopes": list(self.scopes),
                },
                words={"name": Words(name)},
            )
        )
        return WorkspaceInstalled(self.platform.value, workspace_id, was_linked)

    def _contents(self, name: str) -> dict[str, object]:
        return {
            "name": name,
            "is_org_wide": self.is_org_wide,
            "bot_user_id": self.bot_user_id,
            "scopes": ",".join(self.scopes),
            "sealed_token": self.tokens.token,
            "sealed_refresh_token": self.tokens.refresh_token,
            "expires_at": self.tokens.expires_at,
            "leased_until": None,
            "installed_at": self.installed_at,
        }
