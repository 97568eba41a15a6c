"""API keys as text: `alf_`, 43 characters of base62 (256 bits), 6 characters of checksum.

Only a digest is ever stored. The checksum lets a mistyped or invented key be refused without asking the database, and
lets scanners tell a real key from a look-alike.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from core.refusals import Because, Refused, refuse

PREFIX: Final = "alf_"
RANDOM_BYTES: Final = 32
PEPPER_BYTES: Final = 32

_ALPHABET: Final = digits + ascii_uppercase + ascii_lowercase
_BODY: Final = 43
"""Characters; 62**43 > 2**256."""
_CHECK: Final = 6
"""Characters; 62**6 > 2**32."""
_SHAPE: Final = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{_BODY}}})([0-9A-Za-z]{{{_CHECK}}})")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_HINT: Final = re.compile(rf"{PREFIX}…[0-9A-Za-z]{{4}}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A whole key, to be shown once and then forgotten. Its `repr` does not tell it."""

    text: str = field(repr=False)

    @property
    def hint(self) -> str:
        """What may be shown for ever: the prefix and the last four characters."""
        return f"{PREFIX}…{self.text[-4:]}"

    def digest(self, pepper: bytes) -> str:
        """HMAC-SHA256 under the pepper, in hex: the one thing that is stored."""
        assert len(pepper) >= PEPPER_BYTES, "the pepper is derived from the secret key, 32 bytes"
        return hmac.new(pepper, self.text.encode(), hashlib.sha256).hexdigest()


def new_secret(random_bytes: bytes) -> Secret:
    """The key that 32 random bytes name; every byte of them counts."""
    assert len(random_bytes) == RANDOM_BYTES, "a key has 256 bits"
    body = _base62(int.from_bytes(random_bytes), length=_BODY)
    return Secret(f"{PREFIX}{body}{_checksum(body)}")


def parse_key(text: str) -> Secret:
    """The key in a header. Raises Refused, before any look-up, when it cannot be one."""
    found = _SHAPE.fullmatch(text)
    if found is None or not hmac.compare_digest(_checksum(found[1]), found[2]):
        raise unknown_key()
    return Secret(text)


def unknown_key() -> Refused:
    """The refusal of a key that nobody has; it says nothing about which part was wrong."""
    return Refused(refuse(Because.UNKNOWN_KEY))


def is_digest(text: str) -> bool:
    """Whether this is what `Secret.digest` makes, so that no whole key can be stored by mistake."""
    return _DIGEST.fullmatch(text) is not None


def is_hint(text: str) -> bool:
    """Whether this is what `Secret.hint` makes."""
    return _HINT.fullmatch(text) is not None


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), length=_CHECK)


def _base62(number: int, *, length: int) -> str:
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    assert number == 0, "the number does not fit"
    return "".join(reversed(letters))
