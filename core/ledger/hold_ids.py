"""What a hold's id says about itself: a TypeID `hold_…`, whose first ten digits are the millisecond it was made.

Rows of holds are pruned, so an id that is older than any row is refused: it could otherwise hold a second time.
TypeID 0.3: a UUIDv7 in Crockford's base 32, 26 digits of which the first ten are its 48 bits of Unix milliseconds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.refusals import Because, Refusal, refuse

HOLD_LIFE: Final = timedelta(days=35)
"""How long an id is good for; no row is pruned before."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_AS_PYTHON: Final = str.maketrans(_DIGITS, "0123456789abcdefghijklmnopqrstuv")
_PREFIX: Final = "hold_"
_TIME: Final = slice(len(_PREFIX), len(_PREFIX) + 10)
is_hold_id: Final = re.compile(rf"{_PREFIX}[0-7][{_DIGITS}]{{25}}").fullmatch


def id_refusal(hold_id: str, now: datetime) -> Refusal | None:
    """Why an id cannot name a hold: it is not one, or it is too old."""
    if is_hold_id(hold_id) is None:
        return malformed(hold_id)
    made = int(hold_id[_TIME].translate(_AS_PYTHON), 32)
    if made < _milliseconds(now - HOLD_LIFE):
        return refuse(Because.HOLD_TOO_OLD, id=hold_id, days=HOLD_LIFE.days)
    return None


def malformed(hold_id: str) -> Refusal:
    """The refusal of what is no hold id."""
    return refuse(Because.MALFORMED_ID, id=hold_id[:64])


def first_id_at(moment: datetime) -> str:
    """The smallest hold id made at a moment: every older id sorts before it."""
    rest = _milliseconds(moment)
    digits = ""
    for _ in range(10):
        rest, digit = divmod(rest, 32)
        digits = _DIGITS[digit] + digits
    return f"{_PREFIX}{digits}"


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
