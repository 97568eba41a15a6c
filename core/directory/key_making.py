"""Writing a new key's row; shared by making one for oneself and one for a service account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select

from core.access.places import user_place
from core.directory.keys import is_digest, is_hint
from core.directory.texts import LONGEST_KEY_NAME, aware, clean_name, wrong
from core.directory.tree import Person
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import api_keys
from core.storage.transaction import AuditNote, Transaction, Words

MOST_KEYS = 100
"""Living keys of one person: more than anybody can look after."""


class Environment(StrEnum):
    """What a key's usage counts as."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class KeyCreated:
    """The receipt; the secret is not in it, because receipts are stored."""

    key_id: str
    user_id: str
    name: str
    hint: str
    environment: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a caller says about a key: the digest and hint of a `Secret` that only the caller has."""

    name: str
    digest: str
    hint: str
    environment: Environment
    expires_at: datetime | None


async def make_key(tx: Transaction, owner: Person, *, key: NewKey) -> KeyCreated:
    """Write the key and its note. Raises Refused."""
    name = clean_name(key.name, field="name", most=LONGEST_KEY_NAME)
    await _check(tx, owner, key=key)
    place = await user_place(tx, owner.id)
    # Nothing below may refuse.
    key_id = tx.new_id("key")
    await tx.execute(
        insert(api_keys).values(
            organization_id=tx.organization_id,
            id=key_id,
            user_id=owner.id,
            name=name,
            digest=key.digest,
            hint=key.hint,
            environment=key.environment.value,
            created_at=tx.now,
            expires_at=key.expires_at,
        )
    )
    tx.record(
        AuditNote(
            Happened.KEY_CREATED,
            place,
            subject_id=owner.id,
            details={"key": key_id, "environment": key.environment.value, "expires_at": key.expires_at},
            words={"name": Words(name, about_user_id=owner.id)},
        )
    )
    return KeyCreated(key_id, owner.id, name, key.hint, key.environment.value, key.expires_at)


async def _check(tx: Transaction, owner: Person, *, key: NewKey) -> None:
    if not is_digest(key.digest):
        raise wrong("digest", "it should be the digest of a key")
    if not is_hint(key.hint):
        raise wrong("hint", "it should be the hint of a key")
    expires = aware(key.expires_at, field="expires_at")
    if expires is not None and expires <= tx.now:
        raise wrong("expires_at", "it should lie in the future")
    # Across all organizations: a digest finds its organization.
    taken = await tx.execute(select(api_keys.c.id).where(api_keys.c.digest == key.digest))
    if taken.one_or_none() is not None:
        raise Refused(refuse(Because.NAME_TAKEN, field="digest"))
    living = await tx.execute(
        select(func.count()).where(
            api_keys.c.organization_id == tx.organization_id,
            api_keys.c.user_id == owner.id,
            api_keys.c.revoked_at.is_(None),
        )
    )
    if living.scalar_one() >= MOST_KEYS:
        raise wrong("name", f"there are {MOST_KEYS} keys already; revoke one first")
