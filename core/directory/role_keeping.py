"""What every change of roles must leave behind: somebody who can run the organization, and nobody's own gain."""

from __future__ import annotations

from sqlalchemy import or_, select

from core.access.matrix import Role
from core.refusals import Because, Refused, refuse
from core.storage.tables import roles, users
from core.storage.transaction import Transaction


def refuse_own_gain(tx: Transaction, user_id: str) -> None:
    """Raise Refused when the person who decides is the person who gains."""
    if tx.actor.id == user_id:
        raise Refused(refuse(Because.OWN_GAIN, user=user_id))


async def refuse_last_super_admin(tx: Transaction, user_id: str) -> None:
    """Raise Refused when this person is the organization's only super admin for good. Needs the gate.

    A role that will end by itself does not count: the organization would be left alone on that day.
    """
    held = await tx.execute(
        select(roles.c.user_id)
        .join(users, (users.c.organization_id == roles.c.organization_id) & (users.c.id == roles.c.user_id))
        .where(
            roles.c.organization_id == tx.organization_id,
            roles.c.role == Role.SUPER_ADMIN.value,
            roles.c.scope_id == tx.organization_id,
            or_(roles.c.starts_at.is_(None), roles.c.starts_at <= tx.now),
            roles.c.ends_at.is_(None),
            users.c.deactivated_at.is_(None),
        )
    )
    if {row.user_id for row in held} == {user_id}:
        raise Refused(refuse(Because.LAST_SUPER_ADMIN, user=user_id))
