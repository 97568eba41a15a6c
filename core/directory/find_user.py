"""The person that somebody means: @handle, handle, e-mail address or id."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, Final

from sqlalchemy import func, select

from core.access.matrix import Permission
from core.directory.people import PersonLine, colleagues, people_with_homes, person_lines
from core.refusals import Because, Refused, refuse
from core.storage.tables import users
from core.storage.transaction import Actor, Place, Transaction

SLIPS: Final = 2
"""How many letters a handle may be longer or shorter than what was typed and still be meant by it."""
MOST_COMPARED: Final = 5_000


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
        """Refuses with UNKNOWN_USER, the text, and as `near` the handle that was nearly typed."""
        text = self.text.strip().removeprefix("@")
        for column, wanted in ((users.c.id, text), (users.c.handle, text.lower()), (users.c.email, text.lower())):
            found = (await tx.execute(people_with_homes(tx).where(column == wanted))).all()
            if len(found) == 1:
                return (await person_lines(tx, found))[0]
        near = await _nearest(tx, text[:100].lower())
        raise Refused(refuse(Because.UNKNOWN_USER, user=self.text[:100], **near))


async def _nearest(tx: Transaction, typed: str) -> dict[str, str]:
    """`near`: the handle of a person who is still here; nothing when none comes close."""
    found = await tx.execute(
        select(users.c.handle)
        .where(
            users.c.organization_id == tx.organization_id,
            users.c.deactivated_at.is_(None),
            func.length(users.c.handle).between(len(typed) - SLIPS, len(typed) + SLIPS),
        )
        .order_by(users.c.handle)
        .limit(MOST_COMPARED)
    )
    close = get_close_matches(typed, list(found.scalars()), n=1)
    return {"near": close[0]} if close else {}
