"""One audit event per state change, in the transaction of the change."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final, NamedTuple

from sqlalchemy import insert

from core.storage.tables import audit_events, audit_texts, audit_unsealed
from core.storage.transaction import Actor, AuditNote, Transaction, Words, plain, words_about

RETENTION_DAYS: Final = 2_555
"""Seven years, counted in days."""


class _Salted(NamedTuple):
    salt: str
    words: Words


async def record(tx: Transaction) -> None:
    """Write the one note of the transaction. A deed that leaves none, or two, is a defect."""
    assert len(tx.notes) == 1, f"{len(tx.notes)} audit notes in {tx.request_id}"
    note = tx.notes[0]
    event_id = tx.new_id("aud")
    said = {**_came_from(tx.actor), **note.words}
    texts = {name: _Salted(tx.new_id("salt"), words) for name, words in said.items()}
    await tx.execute(insert(audit_events).values(**_event(tx, note, event_id=event_id, texts=texts)))
    await tx.execute(insert(audit_unsealed).values(organization_id=tx.organization_id, event_id=event_id))
    if texts:
        await tx.execute(
            insert(audit_texts), [_text(tx, text, event_id=event_id, field=name) for name, text in texts.items()]
        )


def _came_from(actor: Actor) -> dict[str, Words]:
    """It is about whoever acted, so that their erasure takes it away."""
    origin = actor.origin
    if origin is None:
        return {}
    return words_about(actor.id, ip_address=origin.ip_address, user_agent=origin.user_agent)


def _event(tx: Transaction, note: AuditNote, *, event_id: str, texts: dict[str, _Salted]) -> dict[str, Any]:
    return {
        "organization_id": tx.organization_id,
        "id": event_id,
        "at": tx.now,
        "type": note.type,
        "actor_kind": tx.actor.kind.value,
        "actor_id": tx.actor.id,
        "on_behalf_of": note.on_behalf_of,
        "scope": "".join(f"{node}/" for node in note.place.path),
        "subject_id": note.subject_id,
        "amount": note.amount,
        "details": plain(note.details),
        "text_hashes": {name: salted_hash(salt=item.salt, text=item.words.text) for name, item in texts.items()},
        "request_id": tx.request_id,
        "retention_days": RETENTION_DAYS,
        "actor_roles": " ".join(tx.actor_roles) or None,
    }


def _text(tx: Transaction, salted: _Salted, *, event_id: str, field: str) -> dict[str, Any]:
    return {
        "organization_id": tx.organization_id,
        "event_id": event_id,
        "field": field,
        "salt": salted.salt,
        "text": salted.words.text,
        "about_user_id": salted.words.about_user_id,
    }


def salted_hash(*, salt: str, text: str) -> str:
    """HMAC-SHA256 of a text under its salt: without the salt the words cannot be guessed back."""
    return hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
