"""The person that somebody means: @handle, handle, e-mail address or id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.access.matrix import Permission
from core.directory.people import PersonLine, colleagues, people_with_homes, person_lines
from core.refusals import Because, Refused, refuse
from core.storage.tables import users
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, kw_only=True)
class FindUser:
    """One person of the organization, whether they are active or have left."""

    organization_id: str
    actor: Actor
    text: str

    needs: ClassVar[str] = Permission.SEE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> PersonLine:
        """Refuses with UNKNOWN_USER and the text."""
        text = self.text.strip().removeprefix("@")
        for column, wanted in ((users.c.id, text), (users.c.handle, text.lower()), (users.c.email, text.lower())):
            found = (await tx.execute(people_with_homes(tx).where(column == wanted))).all()
            if len(found) == 1:
                return (await person_lines(tx, found))[0]
        raise Refused(refuse(Because.UNKNOWN_USER, user=self.text[:100]))
