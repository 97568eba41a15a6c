"""What people type as names, handles and addresses: checked once, here, before anything is written."""

from __future__ import annotations

import re
import unicodedata
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Final

from core.refusals import Because, Refused, refuse

LONGEST_NAME: Final = 200
LONGEST_KEY_NAME: Final = 100
LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""

_HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_EMAIL: Final = re.compile(
    r"[^@\s\x00-\x20\x7f]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)
_DOMAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_JOINERS: Final = frozenset("\u200c\u200d")
"""Persian, Indic scripts and emoji are written with these; every other invisible character is a disguise."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK: Final = _HIDDEN | {"Zs"}


def wrong(field: str, why: str) -> Refused:
    """The refusal of one field; `why` is half a sentence that says what it should be."""
    return Refused(refuse(Because.BAD_VALUE, field=field, why=why))


def clean_name(text: str, *, field: str, most: int = LONGEST_NAME) -> str:
    """A name without outer blanks, in Unicode's composed form. Raises Refused: empty, long, or hiding something."""
    name = unicodedata.normalize("NFC", text).strip()
    if all(unicodedata.category(letter) in _BLANK for letter in name):
        raise wrong(field, "it is empty")
    if len(name) > most:
        raise wrong(field, f"it is longer than {most} characters")
    if any(unicodedata.category(letter) in _HIDDEN and letter not in _JOINERS for letter in name):
        raise wrong(field, "it has control or invisible characters")
    return name


def clean_handle(text: str) -> str:
    """A handle. Raises Refused."""
    if not _HANDLE.fullmatch(text):
        raise wrong("handle", "it should be 2 to 32 of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit")
    if text.startswith("usr_"):
        raise wrong("handle", "it looks like a user id")
    return text


def clean_email(text: str) -> str:
    """An address in lower case. Raises Refused."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or not email.isprintable():
        raise wrong("email", "it should be an e-mail address")
    return email


def clean_domain(text: str) -> str:
    """A mail domain in lower case. Raises Refused."""
    domain = text.strip().lower()
    if len(domain) > LONGEST_EMAIL or not _DOMAIN.fullmatch(domain):
        raise wrong("email_domains", "each should be a domain like example.com")
    return domain


def clean_external(text: str, *, field: str) -> str:
    """Another system's id, as it is. Raises Refused when it is empty, long or not printable ASCII."""
    if not (0 < len(text) <= LONGEST_NAME and text.isascii() and text.isprintable() and text == text.strip()):
        raise wrong(field, f"it should be 1 to {LONGEST_NAME} printable characters")
    return text


def aware(moment: datetime | None, *, field: str) -> datetime | None:
    """A moment with its zone. Raises Refused when the zone would have to be guessed, and outside the calendar.

    In the calendar's first and last years another zone's day may be one that no calendar has.
    """
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise wrong(field, "it should say its time zone")
    if not MINYEAR + 1 < moment.year < MAXYEAR - 1:
        raise wrong(field, "no calendar goes that far")
    return moment
