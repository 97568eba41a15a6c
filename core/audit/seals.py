"""The pure part of sealing: what is hashed, how the hashes are chained, and what a head signs.

Everything is SHA-256 over UTF-8 JSON with sorted keys and no blanks; heads are signed with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.storage.transaction import plain

_PURPOSE: Final = "alfred audit head 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a trail stands: block `position`, so many `events` sealed, and the chain's last link."""

    organization_id: str
    position: int
    events: int
    link: str
    sealed_at: datetime

    @property
    def message(self) -> bytes:
        """What is signed."""
        return _canonical(
            {
                "purpose": _PURPOSE,
                "organization_id": self.organization_id,
                "position": self.position,
                "events": self.events,
                "link": self.link,
                "sealed_at": self.sealed_at,
            }
        )


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its signature, both in hexadecimal; whoever keeps one can tell later whether the trail was cut."""

    head: Head
    public_key: str
    signature: str

    @property
    def is_genuine(self) -> bool:
        """Whether the holder of the key signed exactly this."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), self.head.message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """Signs heads with the Ed25519 key that 32 secret bytes make."""

    def __init__(self, seed: bytes) -> None:
        self._key: Final = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: Final = self._key.public_key().public_bytes_raw().hex()

    def sign(self, head: Head) -> SignedHead:
        """The head with its signature."""
        return SignedHead(head, self.public_key, self._key.sign(head.message).hex())


def event_hash(event: Mapping[str, Any]) -> str:
    """The hash of one row of `audit_events`, all columns of it.

    Without roles it is that of the events which were sealed before there was such a column.
    """
    said = {name: value for name, value in event.items() if name != "actor_roles" or value is not None}
    return hashlib.sha256(_canonical(said)).hexdigest()


def first_link(organization_id: str) -> str:
    """What the first event of an organization is chained to."""
    return hashlib.sha256(
        _canonical({"purpose": "alfred audit chain 1", "organization_id": organization_id})
    ).hexdigest()


def next_link(before: str, *, number: int, hashed: str) -> str:
    """The link of event `number`, whose hash is `hashed`, behind the link before it."""
    return hashlib.sha256(_canonical([before, number, hashed])).hexdigest()


def _canonical(value: object) -> bytes:
    text = json.dumps(_settled(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode()


def _settled(value: object) -> Any:  # noqa: ANN401  JSON has this type
    """Times as text that does not depend on a database's or a fraction's form."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Mapping):
        return {str(key): _settled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(item) for item in value]
    return plain(value)
