"""A person's handle, name, address or seniority changes; what is not named stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from core.access.check import require
from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.create_user import Seniority, refuse_taken
from core.directory.role_keeping import refuse_own_gain
from core.directory.texts import clean_email, clean_handle, clean_name
from core.directory.tree import Person, active_person, gate
from core.storage.audit_types import Happened
from core.storage.tables import users
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class UserChanged:
    """The receipt: the names of what is different now."""

    user_id: str
    handle: str
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeUser:
    """None leaves a thing as it is."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    handle: str | None = None
    name: str | None = None
    email: str | None = None
    seniority: Seniority | None = None

    needs: ClassVar[str] = Permission.MANAGE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """The person's home."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> UserChanged:
        """Refuses what somebody else has, and raising one's own seniority: it raises one's limits."""
        await gate(tx)
        before = await active_person(tx, self.user_id)
        place = await user_place(tx, self.user_id)
        changed = self._changed(before)
        if "seniority" in changed:
            refuse_own_gain(tx, self.user_id)
        if "email" in changed:
            # An address is a way in (chat accounts are known by it), so it is given like a role.
            await require(tx, needs=Permission.MANAGE_ORGANIZATION, place=place)
        await refuse_taken(tx, handle=changed.get("handle"), email=changed.get("email"), besides=before.id)
        # Nothing below may refuse.
        if changed:
            row = (users.c.organization_id == tx.organization_id, users.c.id == before.id)
            await tx.execute(update(users).where(*row).values(**changed))
        tx.record(_note(before, place, changed=changed))
        return UserChanged(before.id, changed.get("handle", before.handle), tuple(sorted(changed)))

    def _changed(self, before: Person) -> dict[str, str]:
        wanted = {
            "handle": None if self.handle is None else clean_handle(self.handle),
            "name": None if self.name is None else clean_name(self.name, field="name"),
            "email": None if self.email is None else clean_email(self.email),
            "seniority": None if self.seniority is None else self.seniority.value,
        }
        return {field: text for field, text in wanted.items() if text is not None and text != getattr(before, field)}


def _note(before: Person, place: Place, *, changed: dict[str, str]) -> AuditNote:
    """Seniority stands in the event; what names the person lies beside it, to be erased with them."""
    personal = {field: text for field, text in changed.items() if field != "seniority"}
    words = {f"after_{field}": text for field, text in personal.items()}
    words |= {f"before_{field}": old for field in personal if (old := getattr(before, field)) is not None}
    details: dict[str, object] = {"changed": sorted(changed)}
    if "seniority" in changed:
        details |= {"before": {"seniority": before.seniority}, "after": {"seniority": changed["seniority"]}}
    return AuditNote(
        Happened.USER_CHANGED,
        place,
        subject_id=before.id,
        details=details,
        words={field: Words(text, about_user_id=before.id) for field, text in words.items()},
    )
