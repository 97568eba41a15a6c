"""A person gets a one-time code, by which a chat account becomes theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, insert

from core.access.matrix import Permission
from core.access.places import user_place
from core.directory.keys import is_digest
from core.directory.link_codes import LIVES
from core.directory.texts import wrong
from core.directory.tree import active_person, gate
from core.storage.audit_types import Happened
from core.storage.tables import link_codes
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class LinkCodeMade:
    """The receipt."""

    user_id: str
    handle: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class MakeLinkCode:
    """The caller makes the code with `new_link_code`, shows it once and sends its digest. It ends the ones before."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str
    digest: str = field(repr=False)

    needs: ClassVar[str] = Permission.OWN_SETTINGS

    async def place(self, tx: Transaction) -> Place:
        """The person: nobody but themselves, or the operator for them."""
        return await user_place(tx, self.user_id)

    async def execute(self, tx: Transaction) -> LinkCodeMade:
        """Refuses who has left and service accounts."""
        if not is_digest(self.digest):
            raise wrong("digest", "it should be 64 hexadecimal digits")
        await gate(tx)
        person = await active_person(tx, self.user_id)
        if person.is_service:
            raise wrong("user_id", "it should be a person")
        place = await user_place(tx, person.id)
        # Nothing below may refuse.
        ends = tx.now + LIVES
        mine = (link_codes.c.organization_id == tx.organization_id, link_codes.c.user_id == person.id)
        await tx.execute(delete(link_codes).where(*mine))
        await tx.execute(
            insert(link_codes).values(
                organization_id=tx.organization_id, digest=self.digest, user_id=person.id, expires_at=ends
            )
        )
        tx.record(AuditNote(Happened.LINK_CODE_MADE, place, subject_id=person.id, details={"expires_at": ends}))
        return LinkCodeMade(person.id, person.handle, ends)
