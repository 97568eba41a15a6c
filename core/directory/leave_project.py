"""A person leaves a project; what was spent there stays spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete

from core.access.matrix import Permission
from core.access.places import node_place
from core.directory.memberships import is_member
from core.directory.tree import gate, node, person
from core.storage.audit_types import Happened
from core.storage.tables import project_members
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class ProjectLeft:
    """The receipt. `was_member`: there was something to end."""

    project_id: str
    user_id: str
    was_member: bool


@dataclass(frozen=True, kw_only=True)
class LeaveProject:
    """Whoever manages the project takes somebody out, themselves too."""

    id: str
    organization_id: str
    actor: Actor
    project_id: str
    user_id: str

    needs: ClassVar[str] = Permission.MANAGE_PROJECTS

    async def place(self, tx: Transaction) -> Place:
        """The project."""
        return await node_place(tx, self.project_id)

    async def execute(self, tx: Transaction) -> ProjectLeft:
        """Refuses an unknown project or person."""
        await gate(tx)
        project = await node(tx, self.project_id)
        await person(tx, self.user_id)
        was_member = await is_member(tx, project.id, user_id=self.user_id)
        # Nothing below may refuse.
        await tx.execute(
            delete(project_members).where(
                project_members.c.organization_id == tx.organization_id,
                project_members.c.project_id == project.id,
                project_members.c.user_id == self.user_id,
            )
        )
        tx.record(
            AuditNote(
                Happened.PROJECT_LEFT,
                Place(project.path, self.user_id),
                subject_id=self.user_id,
                details={"project": project.id, "was_member": was_member},
            )
        )
        return ProjectLeft(project.id, self.user_id, was_member)
