"""One-time codes as text: ten letters and digits that nobody mistakes for each other, in two groups.

50 bits; only a digest under the pepper is ever stored.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from typing import Final

from core.directory.platforms import Platform

RANDOM_BYTES: Final = 7
"""56 bits, of which 50 are used."""
LIVES: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
"""Wrong codes of one chat account in WINDOW; then it has to wait."""
WINDOW: Final = timedelta(minutes=15)

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
_LETTERS: Final = 10
_READ_AS: Final = str.maketrans("ILO", "110")
_SHAPE: Final = re.compile(rf"[{_ALPHABET}]{{{_LETTERS}}}")


def new_link_code(random_bytes: bytes) -> str:
    """`7QK2M-XW40P`."""
    assert len(random_bytes) == RANDOM_BYTES, "a code is made of 56 random bits"
    number = int.from_bytes(random_bytes) % 32**_LETTERS
    letters = "".join(_ALPHABET[number >> 5 * at & 31] for at in reversed(range(_LETTERS)))
    return f"{letters[:5]}-{letters[5:]}"


def read_link_code(text: str) -> str | None:
    """The code that somebody typed, whatever its case and dashes; None when it can be none."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_READ_AS)
    return f"{code[:5]}-{code[5:]}" if _SHAPE.fullmatch(code) else None


def link_code_digest(code: str, *, pepper: bytes) -> str:
    """HMAC-SHA256 in hex, apart from everything else that the pepper is for."""
    return hmac.new(pepper, b"link code\0" + code.encode(), hashlib.sha256).hexdigest()


def account_digest(platform: Platform, *, workspace_id: str, external_id: str) -> str:
    """Under what the wrong tries of an account are counted; it does not tell whose it is."""
    return hashlib.sha256(f"{platform.value}\0{workspace_id}\0{external_id}".encode()).hexdigest()
