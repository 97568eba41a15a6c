"""A chat account becomes somebody here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.platforms import Platform
from core.directory.texts import clean_external, wrong
from core.directory.tree import active_person, gate
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import chat_identities, chat_workspaces
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class IdentityLinked:
    """The receipt. `was_linked`: nothing had to be changed."""

    user_id: str
    platform: str
    workspace_id: str
    was_linked: bool


@dataclass(frozen=True, kw_only=True)
class LinkIdentity:
    """The front end has proved that the chat account is the actor's own; nobody links an account to another person."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    platform: Platform
    workspace_id: str
    external_id: str

    needs: ClassVar[str] = Permission.OWN_SETTINGS

    async def place(self, tx: Transaction) -> Place:
        """The person."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> IdentityLinked:
        """Refuses an unknown workspace, a service account, and an account that is somebody else already."""
        external_id = clean_external(self.external_id, field="external_id")
        await gate(tx)
        person = await active_person(tx, self.user_id)
        if person.is_service:
            raise wrong("user_id", "it should be a person")
        await self._refuse_foreign_workspace(tx)
        linked_to = await self._linked_to(tx, external_id)
        if linked_to not in {None, person.id}:
            raise Refused(refuse(Because.NAME_TAKEN, field="external_id"))
        place = await user_place(tx, person.id)
        # Nothing below may refuse.
        workspace = {"platform": self.platform.value, "workspace_id": self.workspace_id}
        if linked_to is None:
            row = {"organization_id": tx.organization_id, "external_id": external_id, "user_id": person.id}
            await tx.execute(insert(chat_identities).values(**row, **workspace, linked_at=tx.now))
        tx.record(
            AuditNote(
                Happened.IDENTITY_LINKED,
                place,
                subject_id=person.id,
                details={**workspace, "was_linked": linked_to is not None},
                words={"external_id": Words(external_id, about_user_id=person.id)},
            )
        )
        return IdentityLinked(person.id, self.platform.value, self.workspace_id, linked_to is not None)

    async def _refuse_foreign_workspace(self, tx: Transaction) -> None:
        found = await tx.execute(
            select(chat_workspaces.c.workspace_id).where(
                chat_workspaces.c.organization_id == tx.organization_id,
                chat_workspaces.c.platform == self.platform.value,
                chat_workspaces.c.workspace_id == self.workspace_id,
            )
        )
        if found.one_or_none() is None:
            raise wrong("workspace_id", "it should be a workspace of this organization")

    async def _linked_to(self, tx: Transaction, external_id: str) -> str | None:
        found = await tx.execute(
            select(chat_identities.c.user_id).where(
                chat_identities.c.organization_id == tx.organization_id,
                chat_identities.c.platform == self.platform.value,
                chat_identities.c.workspace_id == self.workspace_id,
                chat_identities.c.external_id == external_id,
            )
        )
        user_id: str | None = found.scalar_one_or_none()
        return user_id
