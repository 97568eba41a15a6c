"""A person or a service account comes to be, with an account for personal credits and what everybody may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission, Role
from core.access.places import node_place
from core.directory.texts import clean_email, clean_handle, clean_name
from core.directory.tree import Node, gate, home
from core.ledger.accounts import Kind
from core.ledger.locking import open_account
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import roles, users
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


class Seniority(StrEnum):
    """Juniors have smaller limits at the team pool."""

    JUNIOR = "junior"
    SENIOR = "senior"


class BaseRole(StrEnum):
    """What a new user may do from the first day, everywhere in the organization; all of it concerns only themselves."""

    DEVELOPER = Role.DEVELOPER.value
    SERVICE_ACCOUNT = Role.SERVICE_ACCOUNT.value
    NONE = "none"
    """Until a role is granted: for auditors, finance and the like."""


@dataclass(frozen=True, slots=True)
class UserCreated:
    """The receipt."""

    user_id: str
    handle: str
    home_id: str


@dataclass(frozen=True, kw_only=True)
class CreateUser:
    """`home_id` is the team, else the department, else the organization; `base_role` decides what they are."""

    id: str
    organization_id: str
    actor: Actor
    handle: str
    name: str
    home_id: str
    email: str | None = None
    seniority: Seniority = Seniority.SENIOR
    base_role: BaseRole = BaseRole.DEVELOPER

    needs: ClassVar[str] = Permission.MANAGE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """The home."""
        return await node_place(tx, self.home_id)

    async def execute(self, tx: Transaction) -> UserCreated:
        """Refuses a handle or address that somebody has, and a home where nobody can live."""
        await gate(tx)
        place = await home(tx, self.home_id)
        handle = clean_handle(self.handle)
        name = clean_name(self.name, field="name")
        email = None if self.email is None else clean_email(self.email)
        await refuse_taken(tx, handle=handle, email=email)
        # Nothing below may refuse.
        user_id = tx.new_id("usr")
        await self._write(tx, user_id, row={"handle": handle, "name": name, "email": email})
        words = {"name": name, "handle": handle} | ({"email": email} if email else {})
        tx.record(self._note(user_id, place, words=words))
        return UserCreated(user_id, handle, self.home_id)

    async def _write(self, tx: Transaction, user_id: str, *, row: dict[str, str | None]) -> None:
        await tx.execute(
            insert(users).values(
                organization_id=tx.organization_id,
                id=user_id,
                home_id=self.home_id,
                seniority=self.seniority.value,
                is_service=self.base_role is BaseRole.SERVICE_ACCOUNT,
                created_at=tx.now,
                **row,
            )
        )
        await open_account(tx, Kind.PERSONAL, owner_id=user_id)
        if self.base_role is not BaseRole.NONE:
            await tx.execute(
                insert(roles).values(
                    organization_id=tx.organization_id,
                    user_id=user_id,
                    role=self.base_role.value,
                    scope_id=tx.organization_id,
                    granted_at=tx.now,
                )
            )

    def _note(self, user_id: str, place: Node, *, words: dict[str, str]) -> AuditNote:
        return AuditNote(
            Happened.USER_CREATED,
            Place(place.path, user_id),
            subject_id=user_id,
            details={"home": place.id, "seniority": self.seniority.value, "base_role": self.base_role.value},
            words={field: Words(text, about_user_id=user_id) for field, text in words.items()},
        )


async def refuse_taken(tx: Transaction, *, handle: str | None, email: str | None, besides: str | None = None) -> None:
    """Raise Refused when another person has the handle or the address; deactivated people keep theirs."""
    for column, text in ((users.c.handle, handle), (users.c.email, email)):
        if text is None:
            continue
        taken = await tx.execute(
            select(users.c.id).where(
                users.c.organization_id == tx.organization_id, column == text, users.c.id != (besides or "")
            )
        )
        if taken.first() is not None:
            raise Refused(refuse(Because.NAME_TAKEN, field=column.name))
