"""Secrets at rest: AES-256-GCM (NIST SP 800-38D) under a derived key, each bound to the row and column it stands in.

What was sealed for one place does not open in another, so a row copied over another's gives nothing away.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12
_VERSION: Final = "v1."
"""In front of every sealed text: another cipher or key scheme will have another."""


class Unsealable(Exception):
    """Not sealed under this key for this place: the secret key changed, or somebody changed the row."""


class Vault:
    """Seals and opens under one 32-byte key. `random_bytes` gives as many as it is asked for."""

    def __init__(self, key: bytes, *, random_bytes: Callable[[int], bytes]) -> None:
        self._cipher: Final = AESGCM(key)
        self._random_bytes: Final = random_bytes

    def seal(self, secret: str, *, place: tuple[str, ...]) -> str:
        """Printable text that opens only in the same place: table, column, key of the row."""
        nonce = self._random_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, secret.encode(), _bound(place))
        return _VERSION + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, *, place: tuple[str, ...]) -> str:
        """The secret. Raises Unsealable."""
        try:
            raw = base64.b64decode(sealed.removeprefix(_VERSION), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(place)).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            # Not "from error" with the text: nothing of what was sealed belongs into a log.
            raise Unsealable(".".join(place[:2])) from error


def _bound(place: tuple[str, ...]) -> bytes:
    """The parts with their borders: ("a", "bc") is another place than ("ab", "c")."""
    return json.dumps(place, ensure_ascii=True, separators=(",", ":")).encode()
