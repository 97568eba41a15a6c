"""A chat account becomes somebody here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.events import AccountLinked
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
        workspace = {"platform": self.platform.value, "workspace_id": self.workspace_id}
        await refuse_foreign_workspace(tx, workspace)
        linked_to = await linked_to_whom(tx, workspace, external_id=external_id)
        if linked_to not in {None, person.id}:
            raise Refused(refuse(Because.NAME_TAKEN, field="external_id"))
        place = await user_place(tx, person.id)
        # Nothing below may refuse.
        if linked_to is None:
            row = {"organization_id": tx.organization_id, "external_id": external_id, "user_id": person.id}
            await tx.execute(insert(chat_identities).values(**row, **workspace, linked_at=tx.now))
            tx.emit(AccountLinked(user_id=person.id, platform=self.platform.value))
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


async def refuse_foreign_workspace(tx: Transaction, workspace: Mapping[str, str]) -> None:
    """Raise Refused unless a workspace (`platform`, `workspace_id`) is linked to this organization."""
    found = await tx.execute(
        select(chat_workspaces.c.workspace_id).filter_by(organization_id=tx.organization_id, **workspace)
    )
    if found.one_or_none() is None:
        raise wrong("workspace_id", "it should be a workspace of this organization")


async def linked_to_whom(tx: Transaction, workspace: Mapping[str, str], *, external_id: str) -> str | None:
    """The user whose account it is there."""
    found = await tx.execute(
        select(chat_identities.c.user_id).filter_by(
            organization_id=tx.organization_id, external_id=external_id, **workspace
        )
    )
    user_id: str | None = found.scalar_one_or_none()
    return user_id
