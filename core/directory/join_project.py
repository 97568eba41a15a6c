"""A person joins a project, and from then on may spend from its budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert

from core.access.matrix import Permission
from core.access.places import node_place
from core.directory.memberships import active_project, is_member
from core.directory.role_keeping import refuse_own_gain
from core.directory.tree import active_person, gate
from core.storage.audit_types import Happened
from core.storage.tables import project_members
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class ProjectJoined:
    """The receipt. `was_member`: nothing had to be changed."""

    project_id: str
    user_id: str
    was_member: bool


@dataclass(frozen=True, kw_only=True)
class JoinProject:
    """Whoever manages the project adds anybody of the organization but themselves."""

    id: str
    organization_id: str
    actor: Actor
    project_id: str
    user_id: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The project."""
        return await node_place(tx, self.project_id)

    async def execute(self, tx: Transaction) -> ProjectJoined:
        """Refuses an archived project, an inactive person, and joining by one's own decision."""
        refuse_own_gain(tx, self.user_id)
        await gate(tx)
        project = await active_project(tx, self.project_id)
        await active_person(tx, self.user_id)
        was_member = await is_member(tx, project.id, user_id=self.user_id)
        # Nothing below may refuse.
        if not was_member:
            row = {"organization_id": tx.organization_id, "project_id": project.id, "user_id": self.user_id}
            await tx.execute(insert(project_members).values(**row))
        tx.record(
            AuditNote(
                Happened.PROJECT_JOINED,
                Place(project.path, self.user_id),
                subject_id=self.user_id,
                details={"project": project.id, "was_member": was_member},
            )
        )
        return ProjectJoined(project.id, self.user_id, was_member)
