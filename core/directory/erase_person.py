"""What names a person goes, for good; what they did stays, under their id alone, and the audit trail stays whole.

Only who has left can be erased. The audit trail loses its words about them and theirs, never an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, false, or_, select, update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.tree import Person, gate, person
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import (
    api_keys,
    approval_questions,
    approvals,
    audit_events,
    audit_texts,
    backlog,
    chat_conversations,
    chat_identities,
    chat_statuses,
    commands,
    credit_requests,
    draws,
    outbox,
    overrides,
    personal_settings,
    users,
)
from core.storage.transaction import Actor, AuditNote, Place, Transaction

NOBODY: Final = "Erased"
"""The name of somebody who has none any more."""
SAID: Final = frozenset({"reason", "note", "question", "answer", "justification"})
"""The parts of outbox events that are somebody's own words."""

_ERASED: Final = {"refused": Because.ERASED.value, "facts": {}}
_READERS: Final = ("QueryAudit",)
"""Commands whose receipts repeat words of the audit trail."""


@dataclass(frozen=True, slots=True)
class PersonErased:
    """The receipt: how many texts of the trail, stored receipts and messages lost their words."""

    user_id: str
    texts: int
    receipts: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """For good, and for somebody who has been deactivated only. A second time finds nothing more to erase."""

    id: str
    organization_id: str
    actor: Actor
    user_id: str

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> PersonErased:
        """Refuses somebody who is still active."""
        await gate(tx)
        leaver = await person(tx, self.user_id)
        if leaver.deactivated_at is None:
            raise Refused(refuse(Because.STILL_ACTIVE, user=leaver.id))
        # Nothing below may refuse.
        texts = await _erase_texts(tx, leaver)
        receipts = await _erase_receipts(tx, leaver)
        messages = await _erase_messages(tx, leaver)
        await _erase_requests(tx, leaver)
        await _erase_names(tx, leaver)
        details = {"texts": texts, "receipts": receipts, "messages": messages}
        tx.record(AuditNote(Happened.USER_ERASED, organization_place(tx), subject_id=leaver.id, details=details))
        return PersonErased(leaver.id, texts, receipts, messages)


async def _erase_texts(tx: Transaction, leaver: Person) -> int:
    """The trail's words about them, and those of theirs that are about nobody."""
    own = select(audit_events.c.id).where(
        audit_events.c.organization_id == tx.organization_id, audit_events.c.actor_id == leaver.id
    )
    theirs = and_(audit_texts.c.about_user_id.is_(None), audit_texts.c.event_id.in_(own))
    gone = await tx.execute(
        delete(audit_texts).where(
            audit_texts.c.organization_id == tx.organization_id,
            or_(audit_texts.c.about_user_id == leaver.id, theirs),
        )
    )
    return gone.rowcount


async def _erase_receipts(tx: Transaction, leaver: Person) -> int:
    """Outcomes that name them. The rows stay, so that nothing is ever done a second time; jobs' name nobody."""
    outcome = cast(commands.c.outcome, Text)
    handle = leaver.handle
    listed = (f'"{handle}"', f'"{handle}, ', f", {handle}, ", f', {handle}"')
    names_them = [outcome.contains(words, autoescape=True) for words in (leaver.id, *listed)]
    erased = await tx.execute(
        update(commands)
        .where(
            commands.c.organization_id == tx.organization_id,
            commands.c.outcome.is_not(None),
            commands.c.actor_id.not_like("system:%"),
            commands.c.id != tx.request_id,
            or_(commands.c.actor_id == leaver.id, commands.c.name.in_(_READERS), *names_them),
        )
        .values(outcome=_ERASED)
    )
    return erased.rowcount


async def _erase_messages(tx: Transaction, leaver: Person) -> int:
    """Their words in what was, or is to be, told to others."""
    found = await tx.execute(
        select(outbox.c.id, outbox.c.payload).where(
            outbox.c.organization_id == tx.organization_id,
            cast(outbox.c.payload, Text).contains(leaver.id, autoescape=True),
        )
    )
    speaking = [row for row in found if any(row.payload.get(part) for part in SAID)]
    for row in speaking:
        silent = {part: "" if part in SAID else value for part, value in row.payload.items()}
        mine = (outbox.c.organization_id == tx.organization_id, outbox.c.id == row.id)
        await tx.execute(update(outbox).where(*mine).values(payload=silent))
    return len(speaking)


async def _erase_requests(tx: Transaction, leaver: Person) -> None:
    """Why they asked, what they were asked, and what they asked others."""
    mine = approvals.c.organization_id == tx.organization_id
    own = select(approvals.c.id).where(mine, approvals.c.requester_id == leaver.id)
    await _blank(tx, approvals, whose=approvals.c.requester_id == leaver.id, reason="")
    await _blank(tx, credit_requests, whose=credit_requests.c.requester_id == leaver.id, reason="")
    await _blank(tx, overrides, whose=overrides.c.user_id == leaver.id, reason="")
    await _blank(tx, draws, whose=draws.c.requester_id == leaver.id, reason="")
    asked = or_(approval_questions.c.asked_by == leaver.id, approval_questions.c.approval_id.in_(own))
    await _blank(tx, approval_questions, whose=asked, question="")
    await _blank(tx, approval_questions, whose=and_(asked, approval_questions.c.answer.is_not(None)), answer="")


async def _erase_names(tx: Transaction, leaver: Person) -> None:
    handle = f"erased-{leaver.id.rpartition('_')[2][-20:]}"
    await _blank(tx, users, whose=users.c.id == leaver.id, handle=handle, name=NOBODY, email=None)
    await _blank(tx, api_keys, whose=api_keys.c.user_id == leaver.id, name=NOBODY)
    for table in (chat_statuses, personal_settings):
        theirs = (table.c.organization_id == tx.organization_id, table.c.user_id == leaver.id)
        await tx.execute(delete(table).where(*theirs))
    await _erase_accounts(tx, leaver)


async def _erase_accounts(tx: Transaction, leaver: Person) -> None:
    """Who they are in chats, where they are written to, and what names them there and is still to be answered."""
    linked = and_(chat_identities.c.organization_id == tx.organization_id, chat_identities.c.user_id == leaver.id)
    accounts = (await tx.execute(select(chat_identities.c.external_id).where(linked))).scalars().all()
    said = cast(backlog.c.payload, Text)
    theirs = {
        chat_conversations: chat_conversations.c.external_id.in_(accounts),
        backlog: or_(false(), *(said.contains(account, autoescape=True) for account in accounts)),
        chat_identities: linked,
    }
    for table, is_theirs in theirs.items():
        await tx.execute(delete(table).where(table.c.organization_id == tx.organization_id, is_theirs))


async def _blank(tx: Transaction, table: Table, *, whose: ColumnElement[bool], **values: Any) -> None:  # noqa: ANN401  columns
    await tx.execute(update(table).where(table.c.organization_id == tx.organization_id, whose).values(**values))
