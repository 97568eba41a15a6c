"""A chat account that nobody knows becomes the account of whoever has the one-time code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Row, delete, insert, select

from core.access.matrix import Permission
from core.access.places import organization_place, user_place
from core.directory.events import AccountLinked
from core.directory.link_codes import MOST_TRIES, WINDOW, account_digest
from core.directory.link_identity import linked_to_whom, refuse_foreign_workspace
from core.directory.platforms import Platform
from core.directory.texts import clean_external
from core.directory.tree import Person, active_person, gate
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.inserting import insert_into
from core.storage.tables import chat_identities, link_codes, link_tries
from core.storage.transaction import Actor, AuditNote, Place, Transaction, Words


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The receipt. Without a person the code was wrong, which is counted: `tries_left` until `resets_at`."""

    user_id: str | None
    handle: str | None
    tries_left: int
    resets_at: datetime


@dataclass(frozen=True, kw_only=True)
class RedeemLinkCode:
    """Run as the system, for somebody whom the platform vouches for and whom nobody here knows yet.

    A wrong code is no refusal: it is counted and stands in the audit trail.
    """

    id: str
    organization_id: str
    actor: Actor
    digest: str = field(repr=False)
    platform: Platform
    workspace_id: str
    external_id: str

    needs: ClassVar[str] = Permission.RUN_JOBS

    async def place(self, tx: Transaction) -> Place:
        """Whoever it will be."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> Redeemed:
        """Refuses another organization's workspace, an account that is somebody already, and too many wrong codes."""
        external_id = clean_external(self.external_id, field="external_id")
        await gate(tx)
        workspace = {"platform": self.platform.value, "workspace_id": self.workspace_id}
        await refuse_foreign_workspace(tx, workspace)
        if await linked_to_whom(tx, workspace, external_id=external_id) is not None:
            raise Refused(refuse(Because.NAME_TAKEN, field="external_id"))
        tries = await self._tries(tx)
        if tries is not None and tries.tries >= MOST_TRIES:
            raise Refused(refuse(Because.TOO_MANY_TRIES, most=MOST_TRIES, resets=tries.ends_at))
        person = await self._whose(tx)
        # Nothing below may refuse.
        return await (self._count(tx, tries) if person is None else self._link(tx, person, external_id=external_id))

    async def _link(self, tx: Transaction, person: Person, *, external_id: str) -> Redeemed:
        workspace = {"platform": self.platform.value, "workspace_id": self.workspace_id}
        await tx.execute(
            delete(link_codes).where(
                link_codes.c.organization_id == tx.organization_id, link_codes.c.user_id == person.id
            )
        )
        await tx.execute(
            insert(chat_identities).values(
                organization_id=tx.organization_id,
                external_id=external_id,
                user_id=person.id,
                linked_at=tx.now,
                **workspace,
            )
        )
        tx.record(
            AuditNote(
                Happened.IDENTITY_LINKED,
                await user_place(tx, person.id),
                subject_id=person.id,
                details={**workspace, "was_linked": False, "by": "link code"},
                words={"external_id": Words(external_id, about_user_id=person.id)},
            )
        )
        tx.emit(AccountLinked(user_id=person.id, platform=self.platform.value))
        return Redeemed(person.id, person.handle, MOST_TRIES, tx.now)

    async def _count(self, tx: Transaction, tries: Row[Any] | None) -> Redeemed:
        count = 1 if tries is None else tries.tries + 1
        ends = tx.now + WINDOW if tries is None else tries.ends_at
        key = {"organization_id": tx.organization_id, "account": self._account}
        values = {"tries": count, "ends_at": ends}
        statement = insert_into(tx.connection, link_tries).values(**key, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
        tx.record(
            AuditNote(
                Happened.LINK_CODE_WRONG,
                organization_place(tx),
                subject_id=tx.organization_id,
                details={"platform": self.platform.value, "workspace_id": self.workspace_id, "tries": count},
            )
        )
        return Redeemed(None, None, MOST_TRIES - count, ends)

    @property
    def _account(self) -> str:
        return account_digest(self.platform, workspace_id=self.workspace_id, external_id=self.external_id)

    async def _tries(self, tx: Transaction) -> Row[Any] | None:
        """The wrong codes of this account in the present window."""
        found = await tx.execute(
            select(link_tries.c.tries, link_tries.c.ends_at).where(
                link_tries.c.organization_id == tx.organization_id,
                link_tries.c.account == self._account,
                link_tries.c.ends_at > tx.now,
            )
        )
        return found.one_or_none()

    async def _whose(self, tx: Transaction) -> Person | None:
        """Whose code it is; nobody's when it is wrong, used or over. Raises Refused when they have left."""
        found = await tx.execute(
            select(link_codes.c.user_id).where(
                link_codes.c.organization_id == tx.organization_id,
                link_codes.c.digest == self.digest,
                link_codes.c.expires_at > tx.now,
            )
        )
        user_id = found.scalar_one_or_none()
        return None if user_id is None else await active_person(tx, user_id)
