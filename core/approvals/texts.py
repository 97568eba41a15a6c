"""What people write about a request."""

from __future__ import annotations

from typing import Final

from core.directory.texts import wrong

LONGEST: Final = 2_000


def clean_text(text: str, *, field: str) -> str:
    """The text without outer blanks. Raises Refused when it is empty or long."""
    text = text.strip()
    if not text:
        raise wrong(field, "it is empty")
    check_length(**{field: text})
    return text


def check_length(**texts: str) -> None:
    """Raise Refused with the name of the first text that nobody would read to its end."""
    for field, text in texts.items():
        if len(text) > LONGEST:
            raise wrong(field, f"it is longer than {LONGEST:,} characters")
