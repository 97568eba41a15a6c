"""Who can be given credits (nodes and people), from which account they come, and where that is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from core.access.check import roles_of
from core.access.matrix import Permission, Role
from core.directory.memberships import is_member
from core.directory.role_keeping import refuse_own_gain
from core.directory.tree import NodeKind, active_node, active_person, node
from core.ledger.accounts import Kind, account_id
from core.refusals import Because, Refused, refuse
from core.storage.tables import nodes, users
from core.storage.transaction import ActorKind, Place, Transaction

_ISSUERS: Final = frozenset({Role.SUPER_ADMIN, Role.FINANCE_ADMIN})


@dataclass(frozen=True, slots=True)
class Owner:
    """A node or a person. `parent_id` is the node whose budget feeds it; the organization is fed by what is issued.

    `decided_at` is the path of the place where its credits are decided: its parent, of the organization itself.
    """

    id: str
    kind: Kind
    parent_id: str | None
    decided_at: tuple[str, ...]
    is_project: bool

    @property
    def account(self) -> str:
        """The account that gains."""
        return account_id(self.kind, self.id)

    @property
    def parent_account(self) -> str:
        """The account that gives."""
        return account_id(Kind.ISSUED, self.id) if self.parent_id is None else account_id(Kind.BUDGET, self.parent_id)

    @property
    def place(self) -> Place:
        """Where its credits are decided. Deliberately nobody's own affair."""
        return Place(self.decided_at)


async def find_owner(tx: Transaction, owner_id: str) -> Owner:
    """A node or a person by id, active or not. Raises Refused when there is none."""
    found = await tx.execute(
        select(users.c.home_id).where(users.c.organization_id == tx.organization_id, users.c.id == owner_id)
    )
    home_id = found.scalar_one_or_none()
    if home_id is not None:
        home = await node(tx, home_id)
        return Owner(owner_id, Kind.PERSONAL, home.id, home.path, is_project=False)
    found_node = await node(tx, owner_id)
    return Owner(
        owner_id,
        Kind.BUDGET,
        found_node.parent_id,
        found_node.path[:-1] or found_node.path,
        is_project=found_node.kind is NodeKind.PROJECT,
    )


async def gaining_owner(tx: Transaction, owner_id: str) -> Owner:
    """An active owner by whom the actor does not gain. Raises Refused.

    Members of a project spend its budget before their own credits, so they gain by what it is given.
    """
    owner = await find_owner(tx, owner_id)
    await _refuse_inactive(tx, owner)
    refuse_own_gain(tx, owner.id)
    if owner.is_project and await is_member(tx, owner.id, user_id=tx.actor.id):
        raise Refused(refuse(Because.OWN_GAIN, user=tx.actor.id, project=owner.id))
    return owner


async def require_issuer(tx: Transaction) -> None:
    """Raise Refused unless the actor may make credits out of nothing, whatever else they may allocate."""
    if tx.actor.kind is ActorKind.USER and not any(
        role in _ISSUERS and scope_id == tx.organization_id for role, scope_id in await roles_of(tx)
    ):
        raise Refused(refuse(Because.NOT_ALLOWED, needs=Permission.ALLOCATE.value))


async def _refuse_inactive(tx: Transaction, owner: Owner) -> None:
    """Raise Refused for people who left and nodes that are archived."""
    if owner.kind is Kind.PERSONAL:
        await active_person(tx, owner.id)
    else:
        await active_node(tx, owner.id)


async def active_children(tx: Transaction, parent_id: str | None) -> dict[str, Kind]:
    """The active nodes and people right below a node; below nothing stands the organization."""
    if parent_id is None:
        return {tx.organization_id: Kind.BUDGET}
    below = await tx.execute(
        select(nodes.c.id).where(
            nodes.c.organization_id == tx.organization_id,
            nodes.c.parent_id == parent_id,
            nodes.c.archived_at.is_(None),
        )
    )
    people = await tx.execute(
        select(users.c.id).where(
            users.c.organization_id == tx.organization_id,
            users.c.home_id == parent_id,
            users.c.deactivated_at.is_(None),
        )
    )
    return dict.fromkeys(below.scalars(), Kind.BUDGET) | dict.fromkeys(people.scalars(), Kind.PERSONAL)
